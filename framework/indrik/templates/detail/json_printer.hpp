#pragma once
// json.dumps(value, sort_keys=True, indent=...) of Python.

#include <string>

#include "indrik/templates/value.hpp"

namespace indrik::templates::detail {

/// Errors: TypeError for values that JSON does not have.
std::string print_json(const Value& value, const Value& indent);

}  // namespace indrik::templates::detail
