#pragma once
// The page for an exception that no handler meant to throw, and what pages are made with.

#include <string>
#include <string_view>

#include "indrik/web/request.hpp"
#include "indrik/web/response.hpp"

namespace indrik::web {

/// Text as it may stand in HTML, between tags and in quoted attributes.
std::string escape_html(std::string_view text);

/// A page for a status, as HTML; `detail` and `note` may be "".
std::string plain_error_page(http::Status status, std::string_view detail, std::string_view note);

/// 500, as HTML if the client prefers it, otherwise as text; it says nothing of what happened.
Response internal_error_page(const Request& request);

}  // namespace indrik::web
