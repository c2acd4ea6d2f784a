#pragma once
// Python's operators on values: truth, comparison, arithmetic, containment, subscripts, iteration.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/templates/errors.hpp"
#include "indrik/templates/object.hpp"
#include "indrik/templates/runtime.hpp"
#include "indrik/templates/value.hpp"

namespace indrik::templates {

enum class BinaryOperator : std::uint8_t {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power
};
enum class Comparison : std::uint8_t {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn
};

/// "int", "str", ...
std::string_view type_name(const Value& value);
/// "dict object", as messages about missing attributes have it.
std::string owner_name(const Value& value);

/// Why an undefined value is undefined: "'user' is undefined".
std::string undefined_message(const Value& undefined);
[[noreturn]] void fail_undefined(const Value& undefined);
inline void refuse_undefined(const Value& value) {
    if (value.is_undefined()) fail_undefined(value);
}
bool is_strict(const Value& undefined);

bool truth(const Value& value);
bool equals(const Value& a, const Value& b);
/// a < b. Errors: TypeError for values that have no order.
bool less(const Value& a, const Value& b);
bool compare(Comparison comparison, const Value& a, const Value& b);
std::size_t hash_of(const Value& value);
bool contains(const Value& container, const Value& item);

Value binary(BinaryOperator op, const Value& a, const Value& b, Runtime& runtime);
Value negate(const Value& value);
Value positive(const Value& value);

/// Python's subscript with Jinja2's fallback to attributes; undefined if there is none.
Value get_item(Runtime& runtime, const Value& object, const Value& key);
/// An attribute, else an item of that name. `name` is a string.
Value get_attribute(Runtime& runtime, const Value& object, const Value& name);
/// Python's getattr: Missing if there is none.
Value find_attribute(Runtime& runtime, const Value& object, std::string_view name);
Value get_slice(Runtime& runtime,
                const Value& object,
                const Value& start,
                const Value& stop,
                const Value& step);
/// Where slice(start, stop, step) of a sequence of `length` begins and how many items it has.
struct SliceBounds {
    std::int64_t start, step, count;
};
SliceBounds slice_bounds(const Value& start,
                         const Value& stop,
                         const Value& step,
                         std::size_t length);

/// nullptr: the value cannot be iterated.
std::unique_ptr<Iterator> try_iterate(const Value& value);
std::unique_ptr<Iterator> iterate(const Value& value);
std::optional<std::size_t> try_length(const Value& value);
std::size_t length(const Value& value);
Values collect(const Value& iterable, Runtime& runtime);

bool is_callable(const Value& value);
Value call(const Value& callee, const Arguments& arguments);

/// An integer argument. Errors: TypeError, that names `what`.
std::int64_t to_index(const Value& value, std::string_view what = "an integer");

}  // namespace indrik::templates
