#pragma once
// HTTP outcomes thrown in handlers, under aiohttp's names.
//
//   if (!found) throw web::HTTPNotFound();
//   throw web::HTTPFound("/login");
//   throw web::HTTPBadRequest("'page' must be a number");
//
// The server catches them in one place and sends the response they carry.

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/web/response.hpp"

namespace indrik::web {

/// The root of all of them. Without a text of its own the body is like "404: Not Found".
class HTTPException : public std::exception {
public:
    explicit HTTPException(http::Status status, std::string_view text = {});

    http::Status status() const { return response_.status(); }
    /// The response to send; add header fields or cookies here.
    Response& response() { return response_; }
    const Response& response() const { return response_; }
    const char* what() const noexcept override { return response_.body().c_str(); }

private:
    Response response_;
};

class HTTPSuccessful : public HTTPException {
    using HTTPException::HTTPException;
};
class HTTPRedirection : public HTTPException {
    using HTTPException::HTTPException;
};
class HTTPError : public HTTPException {
    using HTTPException::HTTPException;
};
class HTTPClientError : public HTTPError {
    using HTTPError::HTTPError;
};
class HTTPServerError : public HTTPError {
    using HTTPError::HTTPError;
};

/// An exception, whichever, that has more to tell than what() where clients may see it: on the page of the debug mode.
class DetailedError {
public:
    virtual ~DetailedError() = default;
    /// Several lines.
    virtual std::string details() const = 0;
};

/// One status as an exception type.
template <http::Status kStatus, class Base>
class HTTPStatusException : public Base {
public:
    HTTPStatusException() : Base(kStatus) {}
    explicit HTTPStatusException(std::string_view text) : Base(kStatus, text) {}
};

/// A redirection that names where to. Errors: std::invalid_argument for a location that no header may hold.
template <http::Status kStatus>
class HTTPMove : public HTTPRedirection {
public:
    explicit HTTPMove(std::string_view location) : HTTPRedirection(kStatus) {
        response().header(http::Field::Location, location);
    }
};

using HTTPOk = HTTPStatusException<http::Status::Ok, HTTPSuccessful>;
using HTTPCreated = HTTPStatusException<http::Status::Created, HTTPSuccessful>;
using HTTPAccepted = HTTPStatusException<http::Status::Accepted, HTTPSuccessful>;
using HTTPNonAuthoritativeInformation =
    HTTPStatusException<http::Status::NonAuthoritativeInformation, HTTPSuccessful>;
using HTTPNoContent = HTTPStatusException<http::Status::NoContent, HTTPSuccessful>;
using HTTPResetContent = HTTPStatusException<http::Status::ResetContent, HTTPSuccessful>;
using HTTPPartialContent = HTTPStatusException<http::Status::PartialContent, HTTPSuccessful>;

using HTTPMultipleChoices = HTTPMove<http::Status::MultipleChoices>;
using HTTPMovedPermanently = HTTPMove<http::Status::MovedPermanently>;
using HTTPFound = HTTPMove<http::Status::Found>;
using HTTPSeeOther = HTTPMove<http::Status::SeeOther>;
using HTTPUseProxy = HTTPMove<http::Status::UseProxy>;
using HTTPTemporaryRedirect = HTTPMove<http::Status::TemporaryRedirect>;
using HTTPPermanentRedirect = HTTPMove<http::Status::PermanentRedirect>;
using HTTPNotModified = HTTPStatusException<http::Status::NotModified, HTTPRedirection>;

using HTTPBadRequest = HTTPStatusException<http::Status::BadRequest, HTTPClientError>;
using HTTPPaymentRequired = HTTPStatusException<http::Status::PaymentRequired, HTTPClientError>;
using HTTPForbidden = HTTPStatusException<http::Status::Forbidden, HTTPClientError>;
using HTTPNotFound = HTTPStatusException<http::Status::NotFound, HTTPClientError>;
using HTTPNotAcceptable = HTTPStatusException<http::Status::NotAcceptable, HTTPClientError>;
using HTTPRequestTimeout = HTTPStatusException<http::Status::RequestTimeout, HTTPClientError>;
using HTTPConflict = HTTPStatusException<http::Status::Conflict, HTTPClientError>;
using HTTPGone = HTTPStatusException<http::Status::Gone, HTTPClientError>;
using HTTPLengthRequired = HTTPStatusException<http::Status::LengthRequired, HTTPClientError>;
using HTTPPreconditionFailed =
    HTTPStatusException<http::Status::PreconditionFailed, HTTPClientError>;
using HTTPRequestURITooLong = HTTPStatusException<http::Status::UriTooLong, HTTPClientError>;
using HTTPUnsupportedMediaType =
    HTTPStatusException<http::Status::UnsupportedMediaType, HTTPClientError>;
using HTTPRequestRangeNotSatisfiable =
    HTTPStatusException<http::Status::RangeNotSatisfiable, HTTPClientError>;
using HTTPExpectationFailed = HTTPStatusException<http::Status::ExpectationFailed, HTTPClientError>;
using HTTPMisdirectedRequest =
    HTTPStatusException<http::Status::MisdirectedRequest, HTTPClientError>;
using HTTPUnprocessableEntity =
    HTTPStatusException<http::Status::UnprocessableContent, HTTPClientError>;
using HTTPLocked = HTTPStatusException<http::Status::Locked, HTTPClientError>;
using HTTPFailedDependency = HTTPStatusException<http::Status::FailedDependency, HTTPClientError>;
using HTTPPreconditionRequired =
    HTTPStatusException<http::Status::PreconditionRequired, HTTPClientError>;
using HTTPRequestHeaderFieldsTooLarge =
    HTTPStatusException<http::Status::RequestHeaderFieldsTooLarge, HTTPClientError>;

using HTTPInternalServerError =
    HTTPStatusException<http::Status::InternalServerError, HTTPServerError>;
using HTTPNotImplemented = HTTPStatusException<http::Status::NotImplemented, HTTPServerError>;
using HTTPBadGateway = HTTPStatusException<http::Status::BadGateway, HTTPServerError>;
using HTTPGatewayTimeout = HTTPStatusException<http::Status::GatewayTimeout, HTTPServerError>;
using HTTPVersionNotSupported =
    HTTPStatusException<http::Status::HttpVersionNotSupported, HTTPServerError>;
using HTTPVariantAlsoNegotiates =
    HTTPStatusException<http::Status::VariantAlsoNegotiates, HTTPServerError>;
using HTTPInsufficientStorage =
    HTTPStatusException<http::Status::InsufficientStorage, HTTPServerError>;
using HTTPNotExtended = HTTPStatusException<http::Status::NotExtended, HTTPServerError>;
using HTTPNetworkAuthenticationRequired =
    HTTPStatusException<http::Status::NetworkAuthenticationRequired, HTTPServerError>;

// Those with required parts. Errors of all: std::invalid_argument for what no field may hold.

/// 401 with a challenge: see http::format_basic_challenge and its like.
class HTTPUnauthorized : public HTTPClientError {
public:
    explicit HTTPUnauthorized(std::string_view www_authenticate, std::string_view text = {});
};

/// 407 with a challenge.
class HTTPProxyAuthenticationRequired : public HTTPClientError {
public:
    explicit HTTPProxyAuthenticationRequired(std::string_view proxy_authenticate,
                                             std::string_view text = {});
};

/// The path exists, but not for this method; carries Allow.
class HTTPMethodNotAllowed : public HTTPClientError {
public:
    /// `allowed` is the value of the Allow field, sorted and comma-separated.
    HTTPMethodNotAllowed(std::string_view method, std::string_view allowed);
};

/// 413, with the limit in its text.
class HTTPRequestEntityTooLarge : public HTTPClientError {
public:
    explicit HTTPRequestEntityTooLarge(std::uint64_t max_size_bytes);
};

/// 426 with the protocols to choose from, as "websocket".
class HTTPUpgradeRequired : public HTTPClientError {
public:
    explicit HTTPUpgradeRequired(std::string_view protocols, std::string_view text = {});
};

/// 429, with Retry-After if there is a time.
class HTTPTooManyRequests : public HTTPClientError {
public:
    explicit HTTPTooManyRequests(std::chrono::seconds retry_after, std::string_view text = {});
    explicit HTTPTooManyRequests(std::string_view text = {});
};

/// 451 with a link to who demands it: the value becomes `<link>; rel="blocked-by"`.
class HTTPUnavailableForLegalReasons : public HTTPClientError {
public:
    explicit HTTPUnavailableForLegalReasons(std::string_view link, std::string_view text = {});
};

/// 503, with Retry-After if there is a time.
class HTTPServiceUnavailable : public HTTPServerError {
public:
    explicit HTTPServiceUnavailable(std::chrono::seconds retry_after, std::string_view text = {});
    explicit HTTPServiceUnavailable(std::string_view text = {});
};

}  // namespace indrik::web
