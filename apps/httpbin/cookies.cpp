// Cookies: what the client sent, and setting and deleting them.

#include <stdexcept>
#include <string_view>

#include <indrik/http/cookies.hpp>
#include <indrik/json/value.hpp>

#include "handlers.hpp"
#include "text.hpp"

namespace httpbin {

namespace {

web::Response to_cookie_list(const web::Request& request) {
    return web::redirect(request.url_for("cookies"));
}

void add_cookie(web::Response& response, std::string_view name, std::string_view value) {
    try {
        response.cookie(name, value);
    } catch (const std::invalid_argument& error) {
        throw web::HTTPBadRequest(error.what());
    }
}

}  // namespace

web::Response cookies(web::Request& request) {
    indrik::json::Object found;
    for (const auto& [name, value] : request.cookies())
        found.emplace(as_text(name), as_text(value));
    indrik::json::Object result;
    result["cookies"] = std::move(found);
    return web::Response().json_text(indrik::json::serialize(result) + "\n");
}

web::Response set_cookies(web::Request& request) {
    auto response = to_cookie_list(request);
    for (const auto& [name, value] : request.query()) add_cookie(response, name, value);
    return response;
}

web::Response set_cookie(web::Request& request) {
    auto response = to_cookie_list(request);
    add_cookie(response, request.match_info("name"), request.match_info("value"));
    return response;
}

web::Response delete_cookies(web::Request& request) {
    auto response = to_cookie_list(request);
    for (const auto& [name, value] : request.query()) {
        try {
            response.delete_cookie(name);
        } catch (const std::invalid_argument& error) {
            throw web::HTTPBadRequest(error.what());
        }
    }
    return response;
}

}  // namespace httpbin
