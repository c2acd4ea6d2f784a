// Filters of numbers.
#include <array>
#include <cmath>
#include <cstdio>

#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/detail/text.hpp"
#include "indrik/templates/operations.hpp"

namespace indrik::templates::detail {

namespace {

Value do_abs(Call& call) {
    if (call.self.is_integer())
        return call.self.integer() < 0 ? negate(call.self) : Value(call.self.integer());
    if (call.self.is(Kind::Float)) return std::fabs(call.self.floating());
    fail(ErrorKind::Type,
         "bad operand type for abs(): '" + std::string(type_name(call.self)) + "'");
}

/// float(value); nothing where that raises TypeError or ValueError.
std::optional<double> to_float(const Value& value) {
    if (value.is_number()) return value.number();
    if (value.is_string()) return parse_float(value.string());
    refuse_undefined(value);
    return std::nullopt;
}

Value truncated(double number) {
    if (std::isinf(number)) fail(ErrorKind::Overflow, "cannot convert float infinity to integer");
    if (!(std::fabs(number) < 9.2233720368547758e18))
        fail(ErrorKind::Overflow, "integer of more than 64 bits");
    return static_cast<std::int64_t>(number);
}

Value do_int(Call& call) {
    if (call.self.is_integer()) return call.self.integer();
    if (call.self.is_string()) {
        const std::int64_t base = call.integer(1, 10);
        if (base == 0 || (base >= 2 && base <= 36)) {
            if (const auto number = parse_integer(call.self.string(), base)) return *number;
        }
    }
    const auto number = to_float(call.self);
    if (!number || std::isnan(*number)) return call.has(0) ? call[0] : Value(0);
    return truncated(*number);
}

Value do_float(Call& call) {
    if (const auto number = to_float(call.self)) return *number;
    return call.has(0) ? call[0] : Value(0.0);
}

/// To `digits` digits behind the point, ties of the exact value to even.
double round_float(double number, std::int64_t digits) {
    if (!std::isfinite(number) || digits > 323) return number;
    if (digits < -308) return std::copysign(0.0, number);
    if (digits >= 0) {
        std::array<char, 800> text;
        std::snprintf(text.data(), text.size(), "%.*f", static_cast<int>(digits), number);
        return std::strtod(text.data(), nullptr);
    }
    const double scale = std::pow(10.0, static_cast<double>(-digits));
    return std::nearbyint(number / scale) * scale;
}

Value round_integer(std::int64_t number, std::int64_t digits) {
    if (digits >= 0) return number;
    if (digits < -18) return 0;
    std::int64_t scale = 1;
    for (std::int64_t i = digits; i < 0; ++i) scale *= 10;
    const std::int64_t rest = (number % scale + scale) % scale;
    std::int64_t result = number - rest;
    const bool is_up = rest * 2 > scale || (rest * 2 == scale && (result / scale) % 2 != 0);
    if (is_up && __builtin_add_overflow(result, scale, &result))
        fail(ErrorKind::Overflow, "integer overflow");
    return result;
}

Value do_round(Call& call) {
    const Value precision = call.has(0) ? call[0] : Value(0);
    const std::string_view method = call.has(1) ? call.text(1) : "common";
    if (method != "common" && method != "ceil" && method != "floor") {
        fail(ErrorKind::FilterArgument, "method must be common, ceil or floor");
    }
    if (method == "common") {
        if (!call.self.is_number()) {
            fail(ErrorKind::Type,
                 "type " + std::string(type_name(call.self)) + " doesn't define __round__ method");
        }
        const std::int64_t digits = to_index(precision);
        if (call.self.is_integer()) return round_integer(call.self.integer(), digits);
        return round_float(call.self.floating(), digits);
    }
    const Value scale = binary(BinaryOperator::Power, Value(10), precision, call.runtime);
    const Value scaled = binary(BinaryOperator::Multiply, call.self, scale, call.runtime);
    if (!scaled.is_number())
        fail(ErrorKind::Type, "must be real number, not " + std::string(type_name(scaled)));
    const double whole =
        method == "ceil" ? std::ceil(scaled.number()) : std::floor(scaled.number());
    if (std::isnan(whole)) fail(ErrorKind::Value, "cannot convert float NaN to integer");
    const Value number = scaled.is_integer() ? scaled : truncated(whole);
    return binary(BinaryOperator::Divide, number, scale, call.runtime);
}

Value do_filesizeformat(Call& call) {
    const auto number = to_float(call.self);
    if (!number) {
        if (call.self.is_string()) fail(ErrorKind::Value, "could not convert string to float");
        fail(ErrorKind::Type,
             "float() argument must be a string or a real number, not '" +
                 std::string(type_name(call.self)) + "'");
    }
    const bool is_binary = call.flag(0);
    const double base = is_binary ? 1024 : 1000;
    if (*number == 1) return "1 Byte";
    if (*number < base) return std::to_string(truncated(*number).integer()) + " Bytes";
    constexpr std::string_view kPrefixes = "kMGTPEZY";
    double unit = base;
    std::size_t i = 0;
    for (; i < kPrefixes.size(); ++i) {
        unit *= base;
        if (*number < unit) break;
    }
    i = std::min(i, kPrefixes.size() - 1);
    std::array<char, 400> text;
    std::snprintf(text.data(), text.size(), "%.1f ", base * *number / unit);
    std::string result = text.data();
    result += i == 0 && is_binary ? 'K' : kPrefixes[i];
    return result + (is_binary ? "iB" : "B");
}

constexpr Builtin kNumberFilters[] = {
    {"abs", "", do_abs},
    {"filesizeformat", "binary=", do_filesizeformat},
    {"float", "default=", do_float},
    {"int", "default= base=", do_int},
    {"round", "precision= method=", do_round},
};

}  // namespace

std::span<const Builtin> number_filters() {
    return kNumberFilters;
}

}  // namespace indrik::templates::detail
