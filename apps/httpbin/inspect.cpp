// The request, told back as JSON.

#include <string>

#include "describe.hpp"
#include "handlers.hpp"
#include "text.hpp"

namespace httpbin {

web::Response get(web::Request& request) {
    return json_answer(describe_head(request));
}

Task<web::Response> post(web::Request& request) {
    auto result = describe_head(request);
    co_await describe_body(request, result);
    co_return json_answer(result);
}

Task<web::Response> anything(web::Request& request) {
    auto result = describe_head(request);
    co_await describe_body(request, result);
    result["method"] = request.method_name();
    co_return json_answer(result);
}

Task<web::Response> echo(web::Request& request) {
    const auto body = co_await request.read();
    const auto type = request.header("Content-Type");
    co_return web::Response().body(std::string(body),
                                   type.empty() ? "application/octet-stream" : type);
}

web::Response headers(web::Request& request) {
    indrik::json::Object result;
    result["headers"] = describe_headers(request);
    return json_answer(result);
}

web::Response ip(web::Request& request) {
    indrik::json::Object result;
    result["origin"] = request.remote();
    return json_answer(result);
}

web::Response user_agent(web::Request& request) {
    indrik::json::Object result;
    result["user-agent"] = nullptr;
    if (request.headers().contains("User-Agent"))
        result["user-agent"] = as_text(request.header("User-Agent"));
    return json_answer(result);
}

}  // namespace httpbin
