// Passwords and tokens in the clear: Basic and Bearer.

#include <indrik/http/auth.hpp>

#include "describe.hpp"
#include "handlers.hpp"
#include "text.hpp"

namespace httpbin {

namespace http = indrik::http;

namespace {

/// Whether the client shows the name and the password that stand in the path.
bool is_known(const web::Request& request) {
    const auto credentials = http::parse_basic(request.header(http::Field::Authorization));
    return credentials && credentials->user_name == request.match_info("user") &&
           credentials->password == request.match_info("password");
}

web::Response welcome(const web::Request& request) {
    indrik::json::Object result;
    result["authenticated"] = true;
    result["user"] = as_text(request.match_info("user"));
    return json_answer(result);
}

}  // namespace

web::Response basic_auth(web::Request& request) {
    if (is_known(request)) return welcome(request);
    return web::Response(401).header(http::Field::WWWAuthenticate,
                                     http::format_basic_challenge("Fake Realm"));
}

/// Like a page that does not exist, for those who do not know it.
web::Response hidden_basic_auth(web::Request& request) {
    return is_known(request) ? welcome(request) : web::Response(404);
}

web::Response bearer(web::Request& request) {
    const auto token = http::parse_bearer(request.header(http::Field::Authorization));
    if (!token) return web::Response(401).header(http::Field::WWWAuthenticate, "Bearer");
    indrik::json::Object result;
    result["authenticated"] = true;
    result["token"] = as_text(*token);
    return json_answer(result);
}

}  // namespace httpbin
