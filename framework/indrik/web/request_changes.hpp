#pragma once
// What Request::clone makes different. Every setter returns the object.
//
//   Task<web::Response> override_method(web::Request& request, web::Next next) {
//       const auto changes = web::RequestChanges().method(request.header("X-HTTP-Method-Override"));
//       const std::unique_ptr<web::Request> other = request.clone(changes);
//       web::Response response = co_await next(*other);
//       co_return std::move(response);
//   }

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/http/headers.hpp"

namespace indrik::web {

/// Value type. What is not set stays as it is.
class RequestChanges {
public:
    RequestChanges& method(std::string_view name) { return method_ = name, *this; }
    /// Path and query, percent-encoded: "/find?q=a%20b".
    RequestChanges& rel_url(std::string_view target) { return rel_url_ = target, *this; }
    /// All fields. The body stays what it is, and ends where it ends, whatever they say.
    RequestChanges& headers(const http::Headers& fields) { return headers_ = fields, *this; }
    /// "http" or "https".
    RequestChanges& scheme(std::string_view scheme) { return scheme_ = scheme, *this; }
    /// With the port, if it is not that of the scheme.
    RequestChanges& host(std::string_view host) { return host_ = host, *this; }
    /// The client's address; also "unknown" and the like.
    RequestChanges& remote(std::string_view address) { return remote_ = address, *this; }
    /// aiohttp's client_max_size.
    RequestChanges& body_limit(std::uint64_t bytes) { return body_limit_bytes_ = bytes, *this; }

private:
    friend class Request;

    std::optional<std::string> method_;
    std::optional<std::string> rel_url_;
    std::optional<http::Headers> headers_;
    std::optional<std::string> scheme_;
    std::optional<std::string> host_;
    std::optional<std::string> remote_;
    std::optional<std::uint64_t> body_limit_bytes_;
};

}  // namespace indrik::web
