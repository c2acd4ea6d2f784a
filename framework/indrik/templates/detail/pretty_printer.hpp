#pragma once
// Python's pprint.pformat: lines of 80 characters, dictionaries sorted by key.

#include <string>

#include "indrik/templates/value.hpp"

namespace indrik::templates::detail {

std::string pretty_print(const Value& value);

}  // namespace indrik::templates::detail
