#pragma once
// Forms of the type application/x-www-form-urlencoded (WHATWG URL section 5).

#include <string>
#include <string_view>

#include "indrik/http/url.hpp"

namespace indrik::http {

inline constexpr std::string_view kFormMediaType = "application/x-www-form-urlencoded";

/// Errors: TooManyParameters.
Result<QueryParameters> parse_form(std::string_view body,
                                   std::size_t max_parameters = kMaxQueryParameters);
/// The body that a browser would send: spaces become '+'.
std::string format_form(const QueryParameters& parameters);

}  // namespace indrik::http
