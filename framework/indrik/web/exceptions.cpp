#include "indrik/web/exceptions.hpp"

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

HTTPRequestEntityTooLarge::HTTPRequestEntityTooLarge(std::uint64_t max_size_bytes)
    : HTTPClientError(
          http::Status::ContentTooLarge,
          "Maximum request body size of " + std::to_string(max_size_bytes) + " bytes exceeded.") {}

}  // namespace indrik::web
