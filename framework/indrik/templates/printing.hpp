#pragma once
// Values as text: str() and repr() as Python has them, HTML escaping as markupsafe has it.

#include <cstdint>
#include <string>
#include <string_view>

#include "indrik/templates/value.hpp"

namespace indrik::templates {

/// Python's str(value), appended. Errors: UndefinedError for a strict undefined value.
void append_str(std::string& out, const Value& value);
std::string to_str(const Value& value);
/// The value itself if it is a string, markup included; else its text (markupsafe.soft_str).
Value soft_str(const Value& value);

void append_repr(std::string& out, const Value& value);
std::string to_repr(const Value& value);
void append_string_repr(std::string& out, std::string_view text);
void append_integer(std::string& out, std::int64_t number);
/// As Python prints it: the shortest text that reads back as the same number.
void append_float(std::string& out, double number);

void append_escaped(std::string& out, std::string_view text);
/// What `{{ value }}` writes with autoescape.
void append_escaped(std::string& out, const Value& value);
/// markupsafe.escape
Value escape(const Value& value);
/// Whether escape() leaves the value as it is: Python's __html__.
bool has_html(const Value& value);

}  // namespace indrik::templates
