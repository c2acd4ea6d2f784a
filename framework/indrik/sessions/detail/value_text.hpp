#pragma once
// JSON values to text that is always read again: strings that are not UTF-8 are mended.

#include <string>

#include "indrik/json/value.hpp"

namespace indrik::sessions::detail {

/// Errors: std::length_error beyond json::kMaxDepth levels, less those of the session around the value.
void append_value(std::string& out, const json::Value& value);

}  // namespace indrik::sessions::detail
