#pragma once
// What can go wrong for a client, under aiohttp's names.
//
//   ClientError
//     InvalidURL                         not a URL, or not one for this purpose
//     ClientConnectionError              there is no connection, or no longer
//       ClientConnectorError             it could not be made
//         ClientConnectorDNSError        the host has no address
//         ClientConnectorSSLError        TLS could not be agreed upon
//           ClientConnectorCertificateError   the server's certificate is not to be trusted
//       ServerDisconnectedError          the server went before it answered
//       ConnectionTimeoutError           it took too long
//     ClientResponseError                the server's answer is not what was asked for
//       TooManyRedirects
//       WSServerHandshakeError           it is no WebSocket; status(), headers() and body() say what it is instead
//
// Cancellation is none of these: it passes as everywhere.

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "indrik/http/headers.hpp"
#include "indrik/http/status.hpp"

namespace indrik::client {

class ClientError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class InvalidURL : public ClientError {
public:
    InvalidURL(std::string url, const std::string& reason)
        : ClientError("the URL '" + url + "' " + reason), url_(std::move(url)) {}
    const std::string& url() const { return url_; }

private:
    std::string url_;
};

class ClientConnectionError : public ClientError {
public:
    using ClientError::ClientError;
};

class ClientConnectorError : public ClientConnectionError {
public:
    ClientConnectorError(const std::string& what, std::error_code code)
        : ClientConnectionError(what), code_(code) {}
    /// Of the system, the resolver or TLS.
    std::error_code code() const { return code_; }

private:
    std::error_code code_;
};

class ClientConnectorDNSError : public ClientConnectorError {
public:
    using ClientConnectorError::ClientConnectorError;
};

class ClientConnectorSSLError : public ClientConnectorError {
public:
    using ClientConnectorError::ClientConnectorError;
};

class ClientConnectorCertificateError : public ClientConnectorSSLError {
public:
    using ClientConnectorSSLError::ClientConnectorSSLError;
};

class ServerDisconnectedError : public ClientConnectionError {
public:
    using ClientConnectionError::ClientConnectionError;
};

class ConnectionTimeoutError : public ClientConnectionError {
public:
    ConnectionTimeoutError(const std::string& what, std::chrono::milliseconds limit)
        : ClientConnectionError(what), limit_(limit) {}
    std::chrono::milliseconds limit() const { return limit_; }

private:
    std::chrono::milliseconds limit_;
};

/// Owns what it refers to.
class ClientResponseError : public ClientError {
public:
    ClientResponseError(const std::string& what, http::Status status, http::Headers headers)
        : ClientError(what),
          headers_(std::make_shared<const http::Headers>(std::move(headers))),
          status_(status) {}
    http::Status status() const { return status_; }
    const http::Headers& headers() const { return *headers_; }

private:
    std::shared_ptr<const http::Headers> headers_;  // exceptions are copied without throwing
    http::Status status_;
};

class TooManyRedirects : public ClientResponseError {
public:
    using ClientResponseError::ClientResponseError;
};

class WSServerHandshakeError : public ClientResponseError {
public:
    WSServerHandshakeError(const std::string& what,
                           http::Status status,
                           http::Headers headers,
                           std::string body)
        : ClientResponseError(what, status, std::move(headers)),
          body_(std::make_shared<const std::string>(std::move(body))) {}
    /// What the server had to say about it, as far as it is short.
    const std::string& body() const { return *body_; }

private:
    std::shared_ptr<const std::string> body_;
};

}  // namespace indrik::client
