#include "indrik/templates/detail/unescape.hpp"

#include <charconv>
#include <cstdlib>

#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/errors.hpp"

namespace indrik::templates::detail {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 99;
}

/// Digits of a base with single underscores between (and, with `may_lead`, before) them.
std::size_t skip_digits(std::string_view text, std::size_t position, int base, bool may_lead) {
    std::size_t end = position;
    for (;;) {
        std::size_t at = end;
        if (at < text.size() && text[at] == '_' && (may_lead || end != position)) ++at;
        if (at >= text.size() || digit_of(text[at]) >= base) return end;
        end = at + 1;
    }
}

int base_of(std::string_view text) {
    if (text.size() < 3 || text[0] != '0') return 10;
    switch (text[1] | 0x20) {
        case 'x':
            return 16;
        case 'o':
            return 8;
        case 'b':
            return 2;
        default:
            return 10;
    }
}

std::size_t match_float(std::string_view source, std::size_t position) {
    if (position > 0 && source[position - 1] == '.') return kNone;
    const std::size_t whole = skip_digits(source, position, 10, false);
    if (whole == position) return kNone;
    std::size_t end = whole;
    if (end + 1 < source.size() && source[end] == '.') {
        const std::size_t fraction = skip_digits(source, end + 1, 10, false);
        if (fraction != end + 1) end = fraction;
    }
    if (end < source.size() && (source[end] | 0x20) == 'e') {
        std::size_t exponent = end + 1;
        if (exponent < source.size() && (source[exponent] == '+' || source[exponent] == '-'))
            ++exponent;
        const std::size_t after = skip_digits(source, exponent, 10, false);
        if (after != exponent) return after;
    }
    return end == whole ? kNone : end;
}

char32_t read_hex(std::string_view text,
                  std::size_t& position,
                  std::size_t digits,
                  std::string_view what) {
    char32_t point = 0;
    for (std::size_t i = 0; i < digits; ++i, ++position) {
        if (position >= text.size() || digit_of(text[position]) > 15) {
            fail(ErrorKind::Syntax, "truncated " + std::string(what) + " escape");
        }
        point = point * 16 + static_cast<char32_t>(digit_of(text[position]));
    }
    if (point > 0x10FFFF) fail(ErrorKind::Syntax, "illegal Unicode character");
    return point;
}

char simple_escape(char c) {
    switch (c) {
        case 'a':
            return '\a';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'v':
            return '\v';
        case '\\':
        case '\'':
        case '"':
            return c;
        default:
            return 0;
    }
}

}  // namespace

std::size_t match_number(std::string_view source, std::size_t position) {
    if (const std::size_t end = match_float(source, position); end != kNone) return end;
    if (source[position] < '0' || source[position] > '9') return kNone;
    if (const int base = base_of(source.substr(position, 3)); base != 10) {
        const std::size_t end = skip_digits(source, position + 2, base, true);
        if (end != position + 2) return end;
    }
    if (source[position] != '0') return skip_digits(source, position, 10, false);
    std::size_t end = position + 1;
    for (;;) {
        std::size_t at = end;
        if (at < source.size() && source[at] == '_') ++at;
        if (at >= source.size() || source[at] != '0') return end;
        end = at + 1;
    }
}

Value parse_number(std::string_view literal) {
    std::string digits;
    for (const char c : literal) {
        if (c != '_') digits += c;
    }
    const int base = base_of(digits);
    if (base == 10 && digits.find_first_of(".eE") != std::string::npos) {
        return std::strtod(digits.c_str(), nullptr);
    }
    const char* begin = digits.data() + (base == 10 ? 0 : 2);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(begin, digits.data() + digits.size(), number, base);
    if (error != std::errc()) fail(ErrorKind::Overflow, "integer of more than 64 bits: " + digits);
    return number;
}

std::string unescape_string(std::string_view text) {
    if (text.find('\\') == kNone) return std::string(text);
    std::string result;
    std::size_t position = 0;
    while (position < text.size()) {
        const char c = text[position++];
        if (c != '\\' || position >= text.size()) {
            result += c;
            continue;
        }
        const char kind = text[position++];
        if (const char simple = simple_escape(kind); simple != 0) {
            result += simple;
        } else if (kind == '\n') {
            // a line continues
        } else if (kind >= '0' && kind <= '7') {
            char32_t point = static_cast<char32_t>(kind - '0');
            for (int i = 0;
                 i < 2 && position < text.size() && text[position] >= '0' && text[position] <= '7';
                 ++i) {
                point = point * 8 + static_cast<char32_t>(text[position++] - '0');
            }
            append_point(result, point);
        } else if (kind == 'x') {
            append_point(result, read_hex(text, position, 2, "\\xXX"));
        } else if (kind == 'u') {
            append_point(result, read_hex(text, position, 4, "\\uXXXX"));
        } else if (kind == 'U') {
            append_point(result, read_hex(text, position, 8, "\\UXXXXXXXX"));
        } else if (kind == 'N') {
            fail(ErrorKind::Syntax, "character names (\\N{...}) are not supported: use \\uXXXX");
        } else {
            result += '\\';
            result += kind;
        }
    }
    return result;
}

}  // namespace indrik::templates::detail
