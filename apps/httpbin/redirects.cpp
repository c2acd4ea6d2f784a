// Chains of redirections that end at /get.

#include <cstdint>
#include <string>

#include "handlers.hpp"
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
    const auto kind = request.query().get("absolute", "false");
    const bool absolute = kind == "true" || kind == "True";
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

}  // namespace httpbin
