#pragma once
// Characters and small grammar shared by everything that reads or writes HTTP (RFC 9110
// section 5.6, RFC 3986).

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace indrik::http {

namespace detail {

/// Classes of characters, one bit each.
enum CharacterClass : std::uint8_t {
    kTokenClass = 1,   // tchar of RFC 9110
    kMethodClass = 2,  // upper-case letters, digits, '-', '_'
    kTargetClass = 4,  // what is tolerated in a request target
    kHostClass = 8,    // unreserved and sub-delims: a registered name without its percent-encodings
    kUnreservedClass = 16,  // of RFC 3986
    kControlClass = 32,     // 00-1f but for HTAB, and 7f: what no field value may hold
    kDigitClass = 128,
};

constexpr bool is_in(char character, std::string_view set) {
    return set.find(character) != std::string_view::npos;
}

constexpr std::array<std::uint8_t, 256> make_character_classes() {
    std::array<std::uint8_t, 256> classes{};
    for (unsigned code = 0; code < 256; ++code) {
        const char character = static_cast<char>(code);
        const bool upper = code >= 'A' && code <= 'Z';
        const bool letter = upper || (code >= 'a' && code <= 'z');
        const bool digit = code >= '0' && code <= '9';
        const bool visible = code > 0x20 && code < 0x7f;
        unsigned bits = 0;
        if (letter || digit || (visible && is_in(character, "!#$%&'*+-.^_`|~")))
            bits |= kTokenClass;
        if (upper || digit || character == '-' || character == '_') bits |= kMethodClass;
        if (visible && !is_in(character, "\"#<>\\")) bits |= kTargetClass;
        if (letter || digit || (visible && is_in(character, "-._~"))) bits |= kUnreservedClass;
        if ((bits & kUnreservedClass) || (visible && is_in(character, "!$&'()*+,;="))) {
            bits |= kHostClass;
        }
        if ((code < 0x20 && character != '\t') || code == 0x7f) bits |= kControlClass;
        if (digit) bits |= kDigitClass;
        classes[code] = static_cast<std::uint8_t>(bits);
    }
    return classes;
}

inline constexpr std::array<std::uint8_t, 256> kCharacterClasses = make_character_classes();

constexpr bool has_class(char character, CharacterClass wanted) {
    return (kCharacterClasses[static_cast<unsigned char>(character)] & wanted) != 0;
}

constexpr bool all_of_class(std::string_view text, CharacterClass wanted) {
    for (const char character : text) {
        if (!has_class(character, wanted)) return false;
    }
    return true;
}

}  // namespace detail

constexpr bool is_digit(char character) {
    return character >= '0' && character <= '9';
}
constexpr bool is_token_character(char character) {
    return detail::has_class(character, detail::kTokenClass);
}
/// Whether `text` is a token: not empty, and nothing but tchar.
constexpr bool is_token(std::string_view text) {
    return !text.empty() && detail::all_of_class(text, detail::kTokenClass);
}
// The loops of these two go to the end, without a branch, so that compilers make vectors of them.

/// Whether `text` may stand in a field: no control characters but HTAB.
constexpr bool is_field_value(std::string_view text) {
    unsigned char bad = 0;
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        bad |= static_cast<unsigned char>(((code < 0x20) & (code != '\t')) | (code == 0x7f));
    }
    return bad == 0;
}
/// Whether `text` may be the value of a cookie: nothing but cookie-octet (RFC 6265, section 4.1.1).
constexpr bool is_cookie_value(std::string_view text) {
    unsigned char bad = 0;
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        bad |= static_cast<unsigned char>((code < 0x21) | (code > 0x7e));
    }
    const auto holds = [text](char what) { return text.find(what) != std::string_view::npos; };
    return bad == 0 && !holds('"') && !holds(',') && !holds(';') && !holds('\\');
}

constexpr char to_lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
}
/// Equal but for the case of ASCII letters.
constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (left[i] != right[i] && to_lower(left[i]) != to_lower(right[i])) return false;
    }
    return true;
}

/// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char character) {
    if (is_digit(character)) return character - '0';
    const char lower = to_lower(character);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Without spaces and tabs at both ends.
constexpr std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Cuts the text before the next `separator` off `rest` and returns it trimmed.
constexpr std::string_view take_element(std::string_view& rest, char separator = ',') {
    const std::size_t end = rest.find(separator);
    const std::string_view element = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return trim(element);
}

/// Whether a comma-separated list holds `token`, without regard to case.
constexpr bool list_contains(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        if (equal_ignoring_case(take_element(list), token)) return true;
    }
    return false;
}

}  // namespace indrik::http
