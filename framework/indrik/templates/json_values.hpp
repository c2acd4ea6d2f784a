#pragma once
// JSON as values of templates.

#include "indrik/json/value.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/value.hpp"

namespace indrik::templates {

/// Errors: OverflowError for an integer of more than 64 bits with sign.
Value to_value(const json::Value& json);
Dict to_dict(const json::Object& json);

}  // namespace indrik::templates
