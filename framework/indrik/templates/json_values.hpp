#pragma once
// JSON as values of templates.

#include <string_view>

#include "indrik/json/value.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/value.hpp"

namespace indrik::templates {

/// Errors: OverflowError for an integer of more than 64 bits with sign.
Value to_value(const json::Value& json);
Dict to_dict(const json::Object& json);

/// The value of a whole text, as Python reads it: numbers to the last digit, the order of keys, the last of equal keys.
/// Errors: ValueError that names the line and column, OverflowError for an integer of more than 64 bits with sign.
Value parse_json(std::string_view text);

}  // namespace indrik::templates
