#pragma once
// Status codes (RFC 9110 section 15 and the IANA registry).

#include <cstdint>
#include <string_view>

namespace indrik::http {

/// Any number from 100 to 599 may be cast to a Status, and in a response that is read up to 999 (RFC
/// 9110 section 15); these are the registered ones.
enum class Status : std::uint16_t {
    Continue = 100,
    SwitchingProtocols = 101,
    Processing = 102,
    EarlyHints = 103,

    Ok = 200,
    Created = 201,
    Accepted = 202,
    NonAuthoritativeInformation = 203,
    NoContent = 204,
    ResetContent = 205,
    PartialContent = 206,
    MultiStatus = 207,
    AlreadyReported = 208,
    ImUsed = 226,

    MultipleChoices = 300,
    MovedPermanently = 301,
    Found = 302,
    SeeOther = 303,
    NotModified = 304,
    UseProxy = 305,
    TemporaryRedirect = 307,
    PermanentRedirect = 308,

    BadRequest = 400,
    Unauthorized = 401,
    PaymentRequired = 402,
    Forbidden = 403,
    NotFound = 404,
    MethodNotAllowed = 405,
    NotAcceptable = 406,
    ProxyAuthenticationRequired = 407,
    RequestTimeout = 408,
    Conflict = 409,
    Gone = 410,
    LengthRequired = 411,
    PreconditionFailed = 412,
    ContentTooLarge = 413,
    UriTooLong = 414,
    UnsupportedMediaType = 415,
    RangeNotSatisfiable = 416,
    ExpectationFailed = 417,
    ImATeapot = 418,
    MisdirectedRequest = 421,
    UnprocessableContent = 422,
    Locked = 423,
    FailedDependency = 424,
    TooEarly = 425,
    UpgradeRequired = 426,
    PreconditionRequired = 428,
    TooManyRequests = 429,
    RequestHeaderFieldsTooLarge = 431,
    UnavailableForLegalReasons = 451,

    InternalServerError = 500,
    NotImplemented = 501,
    BadGateway = 502,
    ServiceUnavailable = 503,
    GatewayTimeout = 504,
    HttpVersionNotSupported = 505,
    VariantAlsoNegotiates = 506,
    InsufficientStorage = 507,
    LoopDetected = 508,
    NotExtended = 510,
    NetworkAuthenticationRequired = 511,
};

constexpr unsigned to_number(Status status) {
    return static_cast<unsigned>(status);
}

/// "Not Found" and so on; "" for a code that is not registered.
std::string_view reason_phrase(Status status);

constexpr bool is_informational(Status status) {
    return to_number(status) / 100 == 1;
}
constexpr bool is_success(Status status) {
    return to_number(status) / 100 == 2;
}
constexpr bool is_redirection(Status status) {
    return to_number(status) / 100 == 3;
}
constexpr bool is_client_error(Status status) {
    return to_number(status) / 100 == 4;
}
constexpr bool is_server_error(Status status) {
    return to_number(status) / 100 == 5;
}
constexpr bool is_error(Status status) {
    return is_client_error(status) || is_server_error(status);
}
/// Whether a response of this status can have content: not 1xx, 204 and 304.
constexpr bool may_have_body(Status status) {
    return !is_informational(status) && status != Status::NoContent &&
           status != Status::NotModified;
}

}  // namespace indrik::http
