#pragma once
// The functions that every environment knows.

#include <span>
#include <string_view>

#include "indrik/templates/detail/builtin.hpp"
#include "indrik/templates/dict.hpp"

namespace indrik::templates::detail {

/// nullptr if there is none.
const Builtin* find_filter(std::string_view name);
const Builtin* find_test(std::string_view name);
void add_globals(Dict& globals);

std::span<const Builtin> text_filters();
std::span<const Builtin> markup_filters();
std::span<const Builtin> number_filters();
std::span<const Builtin> sequence_filters();
std::span<const Builtin> item_filters();

}  // namespace indrik::templates::detail
