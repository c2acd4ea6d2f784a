// Redirections: chains that end at /get, and to wherever the client likes.

#include <cstdint>
#include <stdexcept>
#include <string>

#include <indrik/core/strings.hpp>

#include "handlers.hpp"
#include "parameters.hpp"
#include "text.hpp"

namespace httpbin {

namespace {

std::uint32_t remaining_redirects(const web::Request& request) {
    const auto count = parse_number<std::uint32_t>(request.match_info("n"));
    if (!count || *count == 0)
        throw web::HTTPBadRequest("the number of redirects must be at least 1");
    return *count;
}

std::string origin_of(const web::Request& request) {
    return std::string(request.scheme()) + "://" + std::string(request.host());
}

}  // namespace

web::Response redirect(web::Request& request) {
    const bool absolute = indrik::iequals(request.query().get("absolute", ""), "true");
    return absolute ? absolute_redirect(request) : relative_redirect(request);
}

web::Response relative_redirect(web::Request& request) {
    const auto count = remaining_redirects(request);
    if (count == 1) return web::redirect(request.url_for("get"));
    return web::redirect(request.url_for("relative-redirect", "n", count - 1));
}

web::Response absolute_redirect(web::Request& request) {
    const auto count = remaining_redirects(request);
    if (count == 1) return web::redirect(origin_of(request) + request.url_for("get"));
    return web::redirect(origin_of(request) + request.url_for("absolute-redirect", "n", count - 1));
}

web::Response redirect_to(web::Request& request) {
    const auto url = parameter(request, "url");
    if (!url) throw web::HTTPBadRequest("'url' must say where to");
    const auto status = number_parameter(request, "status_code", 302);
    const bool is_redirection = status >= 300 && status < 400;
    try {
        return web::redirect(*url, is_redirection ? static_cast<int>(status) : 302);
    } catch (const std::invalid_argument& error) {
        throw web::HTTPBadRequest(error.what());
    }
}

}  // namespace httpbin
