#pragma once
// The methods of Python's own types that templates call: `name.upper()`, `rows.append(row)`, `user.items()`.

#include <span>
#include <string_view>

#include "indrik/templates/detail/builtin.hpp"

namespace indrik::templates::detail {

std::span<const Builtin> text_methods();
std::span<const Builtin> list_methods();
std::span<const Builtin> tuple_methods();
std::span<const Builtin> dict_methods();

/// A method of values of that kind, or nullptr.
const Builtin* find_method(Kind kind, std::string_view name);

/// str.format
Value format_braces(Call& call, const Value& format);
/// format % argument
Value format_percent(Runtime& runtime, const Value& format, const Value& argument);
/// format(value, spec), as str.format uses it.
std::string format_value(const Value& value, std::string_view spec);

/// dict.keys(), values() and items()
enum class DictPart : std::uint8_t { Keys, Values, Items };
Value dict_view(const Value& dict, DictPart part);

}  // namespace indrik::templates::detail
