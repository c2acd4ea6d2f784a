#pragma once
// What Python's str knows of characters: classes and case mappings (tables in unicode_classes.cpp and unicode_case.cpp).

#include <array>
#include <cstdint>

namespace indrik::templates::detail {

bool is_alpha(char32_t c);
bool is_decimal(char32_t c);
bool is_digit(char32_t c);
bool is_numeric(char32_t c);
bool is_space(char32_t c);
bool is_unprintable(char32_t c);
bool is_upper(char32_t c);
bool is_lower(char32_t c);
bool is_title(char32_t c);
bool is_identifier_start(char32_t c);
bool is_identifier_rest(char32_t c);
bool is_case_ignorable(char32_t c);

inline bool is_alphanumeric(char32_t c) {
    return is_alpha(c) || is_decimal(c) || is_digit(c) || is_numeric(c);
}
/// What a regular expression calls \w.
inline bool is_word(char32_t c) {
    return c == '_' || is_alphanumeric(c);
}
inline bool is_cased(char32_t c) {
    return is_upper(c) || is_lower(c) || is_title(c);
}

/// One to three characters; the rest is 0.
using CaseMapping = std::array<char32_t, 3>;
CaseMapping to_upper(char32_t c);
CaseMapping to_lower(char32_t c);
CaseMapping to_title(char32_t c);
CaseMapping to_folded(char32_t c);

}  // namespace indrik::templates::detail
