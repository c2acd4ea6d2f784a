#pragma once
// HTTP outcomes thrown in handlers, under aiohttp's names.
//
//   if (!found) throw web::HTTPNotFound();
//   throw web::HTTPFound("/login");
//   throw web::HTTPBadRequest("'page' must be a number");
//
// The server catches them in one place and sends the response they carry.

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
using HTTPNoContent = HTTPStatusException<http::Status::NoContent, HTTPSuccessful>;

using HTTPMovedPermanently = HTTPMove<http::Status::MovedPermanently>;
using HTTPFound = HTTPMove<http::Status::Found>;
using HTTPSeeOther = HTTPMove<http::Status::SeeOther>;
using HTTPTemporaryRedirect = HTTPMove<http::Status::TemporaryRedirect>;
using HTTPPermanentRedirect = HTTPMove<http::Status::PermanentRedirect>;
using HTTPNotModified = HTTPStatusException<http::Status::NotModified, HTTPRedirection>;

using HTTPBadRequest = HTTPStatusException<http::Status::BadRequest, HTTPClientError>;
using HTTPUnauthorized = HTTPStatusException<http::Status::Unauthorized, HTTPClientError>;
using HTTPForbidden = HTTPStatusException<http::Status::Forbidden, HTTPClientError>;
using HTTPNotFound = HTTPStatusException<http::Status::NotFound, HTTPClientError>;
using HTTPNotAcceptable = HTTPStatusException<http::Status::NotAcceptable, HTTPClientError>;
using HTTPRequestTimeout = HTTPStatusException<http::Status::RequestTimeout, HTTPClientError>;
using HTTPConflict = HTTPStatusException<http::Status::Conflict, HTTPClientError>;
using HTTPGone = HTTPStatusException<http::Status::Gone, HTTPClientError>;
using HTTPLengthRequired = HTTPStatusException<http::Status::LengthRequired, HTTPClientError>;
using HTTPPreconditionFailed =
    HTTPStatusException<http::Status::PreconditionFailed, HTTPClientError>;
using HTTPUnsupportedMediaType =
    HTTPStatusException<http::Status::UnsupportedMediaType, HTTPClientError>;
using HTTPUnprocessableEntity =
    HTTPStatusException<http::Status::UnprocessableContent, HTTPClientError>;
using HTTPTooManyRequests = HTTPStatusException<http::Status::TooManyRequests, HTTPClientError>;

using HTTPInternalServerError =
    HTTPStatusException<http::Status::InternalServerError, HTTPServerError>;
using HTTPNotImplemented = HTTPStatusException<http::Status::NotImplemented, HTTPServerError>;
using HTTPBadGateway = HTTPStatusException<http::Status::BadGateway, HTTPServerError>;
using HTTPServiceUnavailable =
    HTTPStatusException<http::Status::ServiceUnavailable, HTTPServerError>;
using HTTPGatewayTimeout = HTTPStatusException<http::Status::GatewayTimeout, HTTPServerError>;

/// The path exists, but not for this method; carries Allow.
class HTTPMethodNotAllowed : public HTTPClientError {
public:
    /// `allowed` is the value of the Allow field, sorted and comma-separated.
    HTTPMethodNotAllowed(std::string_view method, std::string_view allowed);
};

class HTTPRequestEntityTooLarge : public HTTPClientError {
public:
    explicit HTTPRequestEntityTooLarge(std::uint64_t max_size_bytes);
};

}  // namespace indrik::web
