#pragma once
// Cookies whose names and values come from clients.

#include <string_view>

#include <indrik/web/response.hpp>

namespace httpbin {

namespace web = indrik::web;

/// Path=/ and no other attribute, or Secure as well. Errors: HTTPBadRequest for what no cookie may hold.
void add_cookie(web::Response& response,
                std::string_view name,
                std::string_view value,
                bool is_secure = false);

}  // namespace httpbin
