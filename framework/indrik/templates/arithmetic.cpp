// Python's arithmetic: integers of 64 bits, whose overflow is an error.
#include <cmath>

#include "indrik/templates/detail/methods.hpp"
#include "indrik/templates/detail/set_like.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates {

namespace {

[[noreturn]] void refuse_overflow() {
    fail(ErrorKind::Overflow, "integer overflow");
}
[[noreturn]] void refuse_zero(std::string_view what) {
    fail(ErrorKind::ZeroDivision, std::string(what));
}

std::string_view symbol(BinaryOperator op) {
    constexpr std::string_view kSymbols[] = {"+", "-", "*", "/", "//", "%", "** or pow()"};
    return kSymbols[static_cast<std::size_t>(op)];
}

[[noreturn]] void refuse_operands(BinaryOperator op, const Value& a, const Value& b) {
    refuse_undefined(a);
    refuse_undefined(b);
    fail(ErrorKind::Type,
         "unsupported operand type(s) for " + std::string(symbol(op)) + ": '" +
             std::string(type_name(a)) + "' and '" + std::string(type_name(b)) + "'");
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    if (b == 0) refuse_zero("integer division or modulo by zero");
    if (b == -1) {
        if (a == INT64_MIN) refuse_overflow();
        return -a;
    }
    const std::int64_t quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

std::int64_t modulo(std::int64_t a, std::int64_t b) {
    if (b == 0) refuse_zero("integer division or modulo by zero");
    if (b == -1) return 0;
    const std::int64_t rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

Value power(std::int64_t base, std::int64_t exponent) {
    if (exponent < 0) {
        if (base == 0) refuse_zero("0.0 cannot be raised to a negative power");
        return std::pow(static_cast<double>(base), static_cast<double>(exponent));
    }
    std::int64_t result = 1;
    while (exponent > 0) {
        if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result)) refuse_overflow();
        exponent >>= 1;
        if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) refuse_overflow();
    }
    return result;
}

Value integers(BinaryOperator op, std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    switch (op) {
        case BinaryOperator::Add:
            if (__builtin_add_overflow(a, b, &result)) refuse_overflow();
            return result;
        case BinaryOperator::Subtract:
            if (__builtin_sub_overflow(a, b, &result)) refuse_overflow();
            return result;
        case BinaryOperator::Multiply:
            if (__builtin_mul_overflow(a, b, &result)) refuse_overflow();
            return result;
        case BinaryOperator::Divide:
            if (b == 0) refuse_zero("division by zero");
            return static_cast<double>(static_cast<long double>(a) / static_cast<long double>(b));
        case BinaryOperator::FloorDivide:
            return floor_divide(a, b);
        case BinaryOperator::Modulo:
            return modulo(a, b);
        default:
            return power(a, b);
    }
}

/// Quotient and rest of floats that belong together, as Python rounds them.
std::pair<double, double> divide_floats(double a, double b) {
    if (b == 0) refuse_zero("float floor division by zero");
    double rest = std::fmod(a, b);
    double quotient = (a - rest) / b;
    if (rest != 0) {
        if ((b < 0) != (rest < 0)) {
            rest += b;
            quotient -= 1;
        }
    } else {
        rest = std::copysign(0.0, b);
    }
    double floored = std::copysign(0.0, a / b);
    if (quotient != 0) {
        floored = std::floor(quotient);
        if (quotient - floored > 0.5) floored += 1;
    }
    return {floored, rest};
}

Value float_power(double a, double b) {
    if (a == 0 && b < 0) refuse_zero("0.0 cannot be raised to a negative power");
    if (a < 0 && std::isfinite(a) && std::isfinite(b) && b != std::floor(b)) {
        fail(ErrorKind::Value, "complex numbers are not supported");
    }
    const double result = std::pow(a, b);
    if (std::isinf(result) && std::isfinite(a) && std::isfinite(b)) {
        fail(ErrorKind::Overflow, "(34, 'Numerical result out of range')");
    }
    return result;
}

Value floats(BinaryOperator op, double a, double b) {
    switch (op) {
        case BinaryOperator::Add:
            return a + b;
        case BinaryOperator::Subtract:
            return a - b;
        case BinaryOperator::Multiply:
            return a * b;
        case BinaryOperator::Divide:
            if (b == 0) refuse_zero("float division by zero");
            return a / b;
        case BinaryOperator::FloorDivide:
            return divide_floats(a, b).first;
        case BinaryOperator::Modulo:
            return divide_floats(a, b).second;
        default:
            return float_power(a, b);
    }
}

Value add_others(const Value& a, const Value& b, Runtime& runtime) {
    if (a.is_string() && (b.is_string() || has_html(b))) {
        std::string text;
        const bool is_markup = a.is_markup() || has_html(b);
        if (is_markup) {
            append_escaped(text, a);
            append_escaped(text, b);
        } else {
            runtime.check_bytes(a.string().size() + b.string().size());
            text.reserve(a.string().size() + b.string().size());
            text.append(a.string()).append(b.string());
        }
        runtime.check_bytes(text.size());
        return is_markup ? Value::markup(text) : Value(text);
    }
    if (a.is_sequence() && a.kind() == b.kind()) {
        runtime.check_items(a.items().size() + b.items().size());
        Values items = a.items();
        items.insert(items.end(), b.items().begin(), b.items().end());
        return a.is(Kind::List) ? Value::list(std::move(items)) : Value::tuple(std::move(items));
    }
    if (b.is_string() && b.is_markup() && has_html(a)) {
        std::string text;
        append_escaped(text, a);
        append_escaped(text, b);
        return Value::markup(text);
    }
    refuse_operands(BinaryOperator::Add, a, b);
}

Value repeat(const Value& value, std::int64_t count, Runtime& runtime) {
    const auto times = static_cast<std::uint64_t>(count < 0 ? 0 : count);
    if (value.is_string()) {
        const std::string_view text = value.string();
        if (!text.empty())
            runtime.check_bytes(times > SIZE_MAX / text.size() ? SIZE_MAX : text.size() * times);
        std::string result;
        if (!text.empty()) {
            result.reserve(text.size() * times);
            for (std::uint64_t i = 0; i < times; ++i) result += text;
        }
        return value.is_markup() ? Value::markup(result) : Value(result);
    }
    const Values& items = value.items();
    Values result;
    if (!items.empty()) {
        runtime.check_items(times > (1u << 30) ? SIZE_MAX : items.size() * times);
        runtime.check_bytes(items.size() * times * sizeof(Value));
        result.reserve(items.size() * times);
        for (std::uint64_t i = 0; i < times; ++i)
            result.insert(result.end(), items.begin(), items.end());
    }
    return value.is(Kind::List) ? Value::list(std::move(result)) : Value::tuple(std::move(result));
}

}  // namespace

Value binary(BinaryOperator op, const Value& a, const Value& b, Runtime& runtime) {
    if (a.is_integer() && b.is_integer()) return integers(op, a.integer(), b.integer());
    if (a.is_number() && b.is_number()) return floats(op, a.number(), b.number());
    if (op == BinaryOperator::Modulo && a.is_string()) return detail::format_percent(runtime, a, b);
    if (op == BinaryOperator::Add) return add_others(a, b, runtime);
    if (op == BinaryOperator::Multiply) {
        if ((a.is_string() || a.is_sequence()) && b.is_integer())
            return repeat(a, b.integer(), runtime);
        if ((b.is_string() || b.is_sequence()) && a.is_integer())
            return repeat(b, a.integer(), runtime);
        if (a.is_string() || a.is_sequence()) {
            refuse_undefined(b);
            fail(ErrorKind::Type,
                 "can't multiply sequence by non-int of type '" + std::string(type_name(b)) + "'");
        }
    }
    if (op == BinaryOperator::Subtract && detail::can_subtract(a, b))
        return detail::subtract(a, b, runtime);
    refuse_operands(op, a, b);
}

Value negate(const Value& value) {
    if (value.is_integer()) {
        if (value.integer() == INT64_MIN) refuse_overflow();
        return -value.integer();
    }
    if (value.is(Kind::Float)) return -value.floating();
    refuse_undefined(value);
    fail(ErrorKind::Type, "bad operand type for unary -: '" + std::string(type_name(value)) + "'");
}

Value positive(const Value& value) {
    if (value.is_integer()) return value.integer();
    if (value.is(Kind::Float)) return value;
    refuse_undefined(value);
    fail(ErrorKind::Type, "bad operand type for unary +: '" + std::string(type_name(value)) + "'");
}

}  // namespace indrik::templates
