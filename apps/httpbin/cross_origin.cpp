// Scripts of every origin may call (CORS): each answer says so, and OPTIONS answers what a browser asks before it sends.

#include <string>
#include <string_view>

#include <indrik/web/router.hpp>

#include "handlers.hpp"

namespace httpbin {

namespace {

/// answer_options() answers where the router knows nothing of OPTIONS.
void also_allow_options(web::Response& response) {
    const std::string allowed(response.headers().get(indrik::http::Field::Allow).value_or(""));
    response.header("Allow", allowed + ",OPTIONS");
}

}  // namespace

Task<> allow_every_origin(web::Request& request, web::Response& response) {
    const auto origin = request.header("Origin");
    response.header("Access-Control-Allow-Origin", origin.empty() ? "*" : origin);
    response.header("Access-Control-Allow-Credentials", "true");
    if (!origin.empty()) response.add_header("Vary", "Origin");
    if (response.status() == indrik::http::Status::MethodNotAllowed) also_allow_options(response);
    if (request.method() != indrik::http::Method::Options) co_return;
    response.header("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, PATCH, OPTIONS");
    response.header("Access-Control-Max-Age", "3600");
    const auto wanted = request.header("Access-Control-Request-Headers");
    if (!wanted.empty()) response.header("Access-Control-Allow-Headers", wanted);
}

Task<web::Response> answer_options(web::Request& request, web::Next next) {
    if (request.method() != indrik::http::Method::Options) co_return co_await next(request);
    const std::string allowed = request.app().router().allowed_methods(request.raw_path());
    if (allowed.empty()) co_return co_await next(request);  // there is no such path
    co_return web::Response().header("Allow", allowed + ",OPTIONS");
}

}  // namespace httpbin
