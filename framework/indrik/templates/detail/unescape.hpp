#pragma once
// Literals of template expressions: numbers, and strings with Python's backslash escapes.

#include <cstddef>
#include <string>
#include <string_view>

#include "indrik/templates/value.hpp"

namespace indrik::templates::detail {

/// The end of the number that begins at `position`, or npos.
std::size_t match_number(std::string_view source, std::size_t position);
/// Errors: OverflowError for an integer of more than 64 bits.
Value parse_number(std::string_view literal);
/// Errors: TemplateSyntaxError for a broken escape.
std::string unescape_string(std::string_view text);

}  // namespace indrik::templates::detail
