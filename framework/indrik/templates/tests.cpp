// The tests behind `is`.
#include "indrik/templates/detail/filters.hpp"
#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/detail/text.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

Value rest_of(Call& call, const Value& divisor) {
    return binary(BinaryOperator::Modulo, call.self, divisor, call.runtime);
}

template <Comparison comparison>
Value compared(Call& call) {
    return compare(comparison, call.self, call[0]);
}

template <Kind kind>
Value is_kind(Call& call) {
    return call.self.is(kind);
}

Value is_boolean(Call& call) {
    return call.self.is(Kind::Bool);
}
Value is_callable_value(Call& call) {
    return is_callable(call.self);
}
Value is_defined(Call& call) {
    return !call.self.is_undefined();
}
Value is_divisible(Call& call) {
    return equals(rest_of(call, call[0]), Value(0));
}
Value is_escaped(Call& call) {
    return has_html(call.self);
}
Value is_even(Call& call) {
    return equals(rest_of(call, Value(2)), Value(0));
}
Value is_odd(Call& call) {
    return equals(rest_of(call, Value(2)), Value(1));
}
Value is_false(Call& call) {
    return call.self.is(Kind::Bool) && call.self.integer() == 0;
}
Value is_true(Call& call) {
    return call.self.is(Kind::Bool) && call.self.integer() != 0;
}
Value is_in(Call& call) {
    return contains(call[0], call.self);
}
Value is_iterable(Call& call) {
    return try_iterate(call.self) != nullptr;
}
Value is_lower(Call& call) {
    return is_lower_text(to_str(call.self));
}
Value is_upper(Call& call) {
    return is_upper_text(to_str(call.self));
}
Value is_number(Call& call) {
    return call.self.is_number();
}
Value is_same(Call& call) {
    return call.self.is_same(call[0]);
}

Value is_mapping(Call& call) {
    return call.self.is(Kind::Dict) ||
           (call.self.is(Kind::Object) && call.self.object().is_mapping());
}

Value is_sequence(Call& call) {
    if (call.self.is(Kind::Object))
        return call.self.object().is_sequence() || call.self.object().is_mapping();
    if (call.self.is_undefined()) return !is_strict(call.self);
    return call.self.is_string() || call.self.is_sequence() || call.self.is(Kind::Dict);
}

Value is_filter(Call& call) {
    const std::string name = to_str(call.self);
    return call.runtime.environment().find_filter(name) || find_filter(name);
}

Value is_test(Call& call) {
    const std::string name = to_str(call.self);
    return call.runtime.environment().find_test(name) || find_test(name);
}

constexpr Builtin kTests[] = {
    {"!=", "b", compared<Comparison::NotEqual>},
    {"<", "b", compared<Comparison::Less>},
    {"<=", "b", compared<Comparison::LessEqual>},
    {"==", "b", compared<Comparison::Equal>},
    {">", "b", compared<Comparison::Greater>},
    {">=", "b", compared<Comparison::GreaterEqual>},
    {"boolean", "", is_boolean},
    {"callable", "", is_callable_value},
    {"defined", "", is_defined},
    {"divisibleby", "num", is_divisible},
    {"eq", "b", compared<Comparison::Equal>},
    {"equalto", "b", compared<Comparison::Equal>},
    {"escaped", "", is_escaped},
    {"even", "", is_even},
    {"false", "", is_false},
    {"filter", "", is_filter},
    {"float", "", is_kind<Kind::Float>},
    {"ge", "b", compared<Comparison::GreaterEqual>},
    {"greaterthan", "b", compared<Comparison::Greater>},
    {"gt", "b", compared<Comparison::Greater>},
    {"in", "seq", is_in},
    {"integer", "", is_kind<Kind::Int>},
    {"iterable", "", is_iterable},
    {"le", "b", compared<Comparison::LessEqual>},
    {"lessthan", "b", compared<Comparison::Less>},
    {"lower", "", is_lower},
    {"lt", "b", compared<Comparison::Less>},
    {"mapping", "", is_mapping},
    {"ne", "b", compared<Comparison::NotEqual>},
    {"none", "", is_kind<Kind::None>},
    {"number", "", is_number},
    {"odd", "", is_odd},
    {"sameas", "other", is_same},
    {"sequence", "", is_sequence},
    {"string", "", is_kind<Kind::String>},
    {"test", "", is_test},
    {"true", "", is_true},
    {"undefined", "", is_kind<Kind::Undefined>},
    {"upper", "", is_upper},
};

}  // namespace

const Builtin* find_test(std::string_view name) {
    return find_builtin(kTests, name);
}

}  // namespace indrik::templates::detail
