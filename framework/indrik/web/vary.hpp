#pragma once
// The Vary field (RFC 9110 section 12.5.5): on which fields of the request a response depends.

#include <string_view>

#include "indrik/http/headers.hpp"

namespace indrik::web {

/// Adds a field's name, unless it or "*" is there already.
void vary_by(http::Headers& fields, std::string_view name);

}  // namespace indrik::web
