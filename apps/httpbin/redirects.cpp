// Redirections: chains that end at /get, and to wherever the client likes.

#include <cstdint>
#include <string>
#include <string_view>

#include <indrik/core/strings.hpp>
#include <indrik/http/url.hpp>

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

/// The text with escapes for what has no place in a URL (RFC 3986), and nothing else changed.
std::string as_url(std::string_view text) {
    constexpr std::string_view kUnsafe = "\"<>\\^`{|}";
    std::string url;
    for (const char c : text) {
        const bool is_safe = c > ' ' && c < 0x7f && kUnsafe.find(c) == std::string_view::npos;
        if (is_safe) {
            url += c;
        } else {
            url += indrik::http::percent_encode({&c, 1}, indrik::http::URLComponent::Unreserved);
        }
    }
    return url;
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
    return web::redirect(as_url(*url), is_redirection ? static_cast<int>(status) : 302);
}

}  // namespace httpbin
