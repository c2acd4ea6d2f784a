#include "indrik/web/exceptions.hpp"

#include <stdexcept>

namespace indrik::web {
namespace {

std::string default_text(http::Status status) {
    return std::to_string(static_cast<int>(status)) + ": " +
           std::string(http::reason_phrase(status));
}

}  // namespace

HTTPException::HTTPException(http::Status status, std::string_view text) : response_(status) {
    const bool has_body = status != http::Status::NoContent &&
                          status != http::Status::ResetContent &&
                          status != http::Status::NotModified;
    if (!has_body) return;
    response_.text(text.empty() ? default_text(status) : std::string(text)).mark_default_body();
}

HTTPMethodNotAllowed::HTTPMethodNotAllowed(std::string_view method, std::string_view allowed)
    : HTTPClientError(
          http::Status::MethodNotAllowed,
          default_text(http::Status::MethodNotAllowed) + " (" + std::string(method) + ")") {
    response().header(http::Field::Allow, allowed);
}

HTTPUnauthorized::HTTPUnauthorized(std::string_view www_authenticate, std::string_view text)
    : HTTPClientError(http::Status::Unauthorized, text) {
    response().header(http::Field::WWWAuthenticate, www_authenticate);
}

HTTPProxyAuthenticationRequired::HTTPProxyAuthenticationRequired(
    std::string_view proxy_authenticate, std::string_view text)
    : HTTPClientError(http::Status::ProxyAuthenticationRequired, text) {
    response().header(http::Field::ProxyAuthenticate, proxy_authenticate);
}

HTTPUpgradeRequired::HTTPUpgradeRequired(std::string_view protocols, std::string_view text)
    : HTTPClientError(http::Status::UpgradeRequired, text) {
    response().header(http::Field::Upgrade, protocols).header(http::Field::Connection, "upgrade");
}

HTTPTooManyRequests::HTTPTooManyRequests(std::chrono::seconds retry_after, std::string_view text)
    : HTTPTooManyRequests(text) {
    response().header(http::Field::RetryAfter, std::to_string(retry_after.count()));
}

HTTPTooManyRequests::HTTPTooManyRequests(std::string_view text)
    : HTTPClientError(http::Status::TooManyRequests, text) {}

HTTPUnavailableForLegalReasons::HTTPUnavailableForLegalReasons(std::string_view link,
                                                               std::string_view text)
    : HTTPClientError(http::Status::UnavailableForLegalReasons, text) {
    if (link.find_first_of("<> \t") != std::string_view::npos) {
        throw std::invalid_argument("HTTPUnavailableForLegalReasons: the link is no URI");
    }
    response().header(http::Field::Link, "<" + std::string(link) + ">; rel=\"blocked-by\"");
}

HTTPServiceUnavailable::HTTPServiceUnavailable(std::chrono::seconds retry_after,
                                               std::string_view text)
    : HTTPServiceUnavailable(text) {
    response().header(http::Field::RetryAfter, std::to_string(retry_after.count()));
}

HTTPServiceUnavailable::HTTPServiceUnavailable(std::string_view text)
    : HTTPServerError(http::Status::ServiceUnavailable, text) {}

HTTPRequestEntityTooLarge::HTTPRequestEntityTooLarge(std::uint64_t max_size_bytes)
    : HTTPClientError(
          http::Status::ContentTooLarge,
          "Maximum request body size of " + std::to_string(max_size_bytes) + " bytes exceeded.") {}

}  // namespace indrik::web
