// Cookies: what the client sent, and setting and deleting them.

#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include "answer_cookies.hpp"
#include "describe.hpp"
#include "handlers.hpp"
#include "text.hpp"

namespace httpbin {

namespace {

/// Those of analytics services, which say nothing about the client.
constexpr std::string_view kHiddenCookies[] = {"__utma",
                                               "__utmb",
                                               "__utmz",
                                               "_gauges_unique",
                                               "_gauges_unique_day",
                                               "_gauges_unique_hour",
                                               "_gauges_unique_month",
                                               "_gauges_unique_year"};

web::Response to_cookie_list(const web::Request& request) {
    return web::redirect(request.url_for("cookies"));
}

}  // namespace

void add_cookie(web::Response& response,
                std::string_view name,
                std::string_view value,
                bool is_secure) {
    indrik::http::Cookie cookie{std::string(name), std::string(value)};
    cookie.path("/").secure(is_secure);
    try {
        response.cookie(cookie);
    } catch (const std::invalid_argument& error) {
        throw web::HTTPBadRequest(error.what());
    }
}

web::Response cookies(web::Request& request) {
    indrik::json::Object found;
    for (const auto& [name, value] : request.cookies())
        found.emplace(as_text(name), as_text(value));
    if (!request.query().contains("show_env"))
        for (const std::string_view name : kHiddenCookies) found.erase(name);
    indrik::json::Object result;
    result["cookies"] = std::move(found);
    return json_answer(result);
}

web::Response set_cookies(web::Request& request) {
    auto response = to_cookie_list(request);
    std::set<std::string_view> seen;  // of a name that is repeated the first value counts
    for (const auto& [name, value] : request.query())
        if (seen.insert(name).second) add_cookie(response, name, value, request.is_secure());
    return response;
}

web::Response set_cookie(web::Request& request) {
    auto response = to_cookie_list(request);
    add_cookie(
        response, request.match_info("name"), request.match_info("value"), request.is_secure());
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
