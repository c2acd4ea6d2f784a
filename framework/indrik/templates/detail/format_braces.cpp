// Python's str.format and format specifications.
#include <cmath>
#include <cstdio>

#include "indrik/templates/detail/methods.hpp"
#include "indrik/templates/detail/text.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

constexpr std::int64_t kMaxSize = 100'000;

struct Spec {
    std::string fill = " ";
    char align = 0;
    char sign = '-';
    bool is_alternate = false;
    std::int64_t width = 0;
    char grouping = 0;
    std::int64_t precision = -1;
    char type = 0;
};

[[noreturn]] void refuse_spec() {
    fail(ErrorKind::Value, "Invalid format specifier");
}

std::int64_t read_size(std::string_view text, std::size_t& at) {
    std::int64_t number = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
        number = number * 10 + (text[at] - '0');
        if (number > kMaxSize) fail(ErrorKind::Value, "Too many decimal digits in format string");
    }
    return number;
}

bool is_align(char c) {
    return c == '<' || c == '>' || c == '=' || c == '^';
}

Spec parse_spec(std::string_view text) {
    Spec spec;
    std::size_t at = 0;
    std::size_t second = 0;
    if (!text.empty()) next_point(text, second);
    if (second != 0 && second < text.size() && is_align(text[second])) {
        spec.fill = text.substr(0, second);
        spec.align = text[second];
        at = second + 1;
    } else if (!text.empty() && is_align(text[0])) {
        spec.align = text[at++];
    }
    const auto take = [&](std::string_view chars) -> char {
        if (at >= text.size() || chars.find(text[at]) == std::string_view::npos) return 0;
        return text[at++];
    };
    if (const char sign = take("+- ")) spec.sign = sign;
    spec.is_alternate = take("#") != 0;
    if (take("0") != 0 && spec.align == 0) {
        spec.fill = "0";
        spec.align = '=';
    }
    spec.width = read_size(text, at);
    spec.grouping = take(",_");
    if (take(".") != 0) {
        const std::size_t begin = at;
        spec.precision = read_size(text, at);
        if (at == begin) fail(ErrorKind::Value, "Format specifier missing precision");
    }
    if (at < text.size()) spec.type = text[at++];
    if (at < text.size()) refuse_spec();
    return spec;
}

std::string grouped(const std::string& digits, char separator, std::size_t size) {
    std::string result;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % size == 0) result += separator;
        result += digits[i];
    }
    return result;
}

std::string padded(const Spec& spec,
                   const std::string& prefix,
                   const std::string& text,
                   char otherwise) {
    const auto size = static_cast<std::int64_t>(prefix.size() + count_points(text));
    const std::int64_t padding = std::max<std::int64_t>(0, spec.width - size);
    const char align = spec.align != 0 ? spec.align : otherwise;
    const std::int64_t left = align == '<' ? 0 : align == '^' ? padding / 2 : padding;
    std::string before, after;
    for (std::int64_t i = 0; i < left; ++i) before += spec.fill;
    for (std::int64_t i = left; i < padding; ++i) after += spec.fill;
    return align == '=' ? prefix + before + text : before + prefix + text + after;
}

std::string sign_of(const Spec& spec, bool is_negative) {
    return is_negative ? "-" : spec.sign == '-' ? "" : std::string(1, spec.sign);
}

[[noreturn]] void refuse_type(const Spec& spec, const Value& value) {
    fail(ErrorKind::Value,
         std::string("Unknown format code '") + spec.type + "' for object of type '" +
             std::string(type_name(value)) + "'");
}

std::string format_float(const Spec& spec, double number) {
    const bool is_percent = spec.type == '%';
    if (is_percent) number *= 100;
    std::string text;
    if (spec.type == 0 && spec.precision < 0) {
        append_float(text, std::fabs(number));
    } else {
        const char kind = is_percent ? 'f' : spec.type == 0 || spec.type == 'n' ? 'g' : spec.type;
        const std::string pattern = std::string("%") + (spec.is_alternate ? "#" : "") + ".*" + kind;
        text.resize(static_cast<std::size_t>(spec.precision < 0 ? 6 : spec.precision) + 400);
        const int size = std::snprintf(text.data(),
                                       text.size(),
                                       pattern.c_str(),
                                       spec.precision < 0 ? 6 : static_cast<int>(spec.precision),
                                       std::fabs(number));
        text.resize(static_cast<std::size_t>(size));
        if (spec.type == 0 && text.find_first_of(".en") == std::string::npos) text += ".0";
    }
    if (spec.grouping != 0) {
        const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
        text = grouped(text.substr(0, end), spec.grouping, 3) + text.substr(end);
    }
    if (is_percent) text += '%';
    return padded(spec, sign_of(spec, std::signbit(number) && !std::isnan(number)), text, '>');
}

std::string format_integer(const Spec& spec, const Value& value) {
    const std::int64_t number = value.integer();
    if (spec.precision >= 0)
        fail(ErrorKind::Value, "Precision not allowed in integer format specifier");
    if (spec.type == 'c') {
        std::string text;
        if (number < 0 || number > 0x10FFFF)
            fail(ErrorKind::Overflow, "%c arg not in range(0x110000)");
        append_point(text, static_cast<char32_t>(number));
        return padded(spec, "", text, '<');
    }
    const std::uint64_t base = spec.type == 'x' || spec.type == 'X' ? 16
                               : spec.type == 'o'                   ? 8
                               : spec.type == 'b'                   ? 2
                                                                    : 10;
    std::uint64_t magnitude =
        number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number);
    std::string digits;
    do {
        const std::string_view all = spec.type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
        digits.insert(digits.begin(), all[magnitude % base]);
        magnitude /= base;
    } while (magnitude != 0);
    if (spec.grouping != 0) digits = grouped(digits, spec.grouping, base == 10 ? 3 : 4);
    std::string prefix = sign_of(spec, number < 0);
    if (spec.is_alternate && base != 10) prefix += std::string("0") + spec.type;
    return padded(spec, prefix, digits, '>');
}

class BraceFormatter {
public:
    BraceFormatter(Call& call, bool is_markup) : call_(call), is_markup_(is_markup) {}

    std::string run(std::string_view text, int depth) {
        if (depth > 2) fail(ErrorKind::Value, "Max string recursion exceeded");
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            const char c = text[at++];
            if (c == '{' && at < text.size() && text[at] == '{') {
                out += text[at++];
            } else if (c == '{') {
                out += field(text, at, depth);
            } else if (c == '}') {
                if (at >= text.size() || text[at] != '}')
                    fail(ErrorKind::Value, "Single '}' encountered in format string");
                out += text[at++];
            } else {
                out += c;
            }
            call_.runtime.check_bytes(out.size());
        }
        return out;
    }

private:
    std::string field(std::string_view text, std::size_t& at, int depth) {
        const std::size_t begin = at;
        std::size_t end = at;
        for (int level = 1; level > 0; ++end) {
            if (end >= text.size())
                fail(ErrorKind::Value,
                     begin == text.size() ? "Single '{' encountered in format string"
                                          : "expected '}' before end of string");
            level += text[end] == '{' ? 1 : text[end] == '}' ? -1 : 0;
        }
        at = end;
        std::string_view inner = text.substr(begin, end - begin - 1);
        const std::size_t name_end = std::min(inner.find_first_of("!:"), inner.size());
        const std::string_view name = inner.substr(0, name_end);
        inner.remove_prefix(name_end);
        Value value = lookup(name);
        if (inner.starts_with('!')) {
            if (inner.size() < 2)
                fail(ErrorKind::Value, "end of string while looking for conversion specifier");
            value = converted(value, inner[1]);
            inner.remove_prefix(2);
            if (!inner.empty() && inner[0] != ':')
                fail(ErrorKind::Value, "expected ':' after conversion specifier");
        }
        const std::string spec = inner.empty() ? "" : run(inner.substr(1), depth + 1);
        if (!is_markup_) return format_value(value, spec);
        if (has_html(value)) {
            if (!spec.empty())
                fail(ErrorKind::Value, "Unsupported format specification for Markup.");
            return to_str(value);
        }
        return std::string(escape(Value(format_value(value, spec))).string());
    }

    static Value converted(const Value& value, char how) {
        if (how == 's') return Value(to_str(value));
        if (how == 'r' || how == 'a') return Value(to_repr(value));
        fail(ErrorKind::Value, std::string("Unknown conversion specifier '") + how + "'");
    }

    Value lookup(std::string_view name) {
        const std::size_t first_end = std::min(name.find_first_of(".["), name.size());
        Value value = argument(name.substr(0, first_end));
        name.remove_prefix(first_end);
        while (!name.empty()) {
            if (name[0] == '.') {
                const std::size_t end = std::min(name.find_first_of(".[", 1), name.size());
                const Value found = find_attribute(call_.runtime, value, name.substr(1, end - 1));
                if (found.is_missing())
                    fail(ErrorKind::Attribute,
                         "no attribute '" + std::string(name.substr(1, end - 1)) + "'");
                value = found;
                name.remove_prefix(end);
            } else {
                const std::size_t end = name.find(']');
                if (name[0] != '[' || end == std::string_view::npos)
                    fail(ErrorKind::Value, "Missing ']' in format string");
                const std::string_view key = name.substr(1, end - 1);
                const auto index = parse_integer(key, 10);
                value = get_item(call_.runtime, value, index ? Value(*index) : Value(key));
                if (value.is_undefined())
                    fail(index ? ErrorKind::Index : ErrorKind::Key, std::string(key));
                name.remove_prefix(end + 1);
            }
        }
        return value;
    }

    Value argument(std::string_view name) {
        const bool is_number =
            !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
        if (name.empty() || is_number) {
            if (name.empty() ? next_ < 0 : next_ > 0) {
                fail(ErrorKind::Value,
                     "cannot switch between automatic field numbering and manual field "
                     "specification");
            }
            const std::int64_t index = name.empty() ? next_++ : parse_integer(name, 10).value_or(0);
            if (!name.empty()) next_ = -1;
            if (index >= static_cast<std::int64_t>(call_.rest.size())) {
                fail(ErrorKind::Index,
                     "Replacement index " + std::to_string(index) +
                         " out of range for positional args tuple");
            }
            return call_.rest[static_cast<std::size_t>(index)];
        }
        for (const Keyword& keyword : call_.keywords) {
            if (keyword.name.string() == name) return keyword.value;
        }
        fail(ErrorKind::Key, to_repr(Value(name)));
    }

    Call& call_;
    bool is_markup_;
    std::int64_t next_ = 0;
};

}  // namespace

std::string format_value(const Value& value, std::string_view text) {
    if (text.empty()) return to_str(value);
    const Spec spec = parse_spec(text);
    if (value.is_string()) {
        if (spec.type != 0 && spec.type != 's') refuse_type(spec, value);
        if (spec.align == '=')
            fail(ErrorKind::Value, "'=' alignment not allowed in string format specifier");
        if (spec.sign != '-') fail(ErrorKind::Value, "Sign not allowed in string format specifier");
        const std::string_view kept = value.string();
        return padded(
            spec,
            "",
            std::string(
                spec.precision < 0
                    ? kept
                    : kept.substr(0, offset_of(kept, static_cast<std::size_t>(spec.precision)))),
            '<');
    }
    constexpr std::string_view kIntegerTypes = "bcdoxXn";
    constexpr std::string_view kFloatTypes = "eEfFgG%n";
    const bool is_known = spec.type == 0 ||
                          kIntegerTypes.find(spec.type) != std::string_view::npos ||
                          kFloatTypes.find(spec.type) != std::string_view::npos;
    if (value.is_number() && !is_known) refuse_type(spec, value);
    if (value.is_integer() &&
        (spec.type == 0 || kIntegerTypes.find(spec.type) != std::string_view::npos))
        return format_integer(spec, value);
    if (value.is_number()) {
        if (spec.type != 0 && kFloatTypes.find(spec.type) == std::string_view::npos)
            refuse_type(spec, value);
        return format_float(spec, value.number());
    }
    refuse_undefined(value);
    fail(ErrorKind::Type,
         "unsupported format string passed to " + std::string(type_name(value)) + ".__format__");
}

Value format_braces(Call& call, const Value& format) {
    return like(format, BraceFormatter(call, format.is_markup()).run(format.string(), 0));
}

}  // namespace indrik::templates::detail
