#pragma once
// The settings of ws_connect.
//
//   client::WebSocketOptions().protocols("chat").heartbeat(20s).header("Authorization", "Bearer " + token)

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/http/headers.hpp"
#include "indrik/net/tls_context.hpp"
#include "indrik/websocket/options.hpp"

namespace indrik::client {

using websocket::SlowPeer;

/// What WebSocketOptions hold.
struct WebSocketSettings : websocket::Settings {
    WebSocketSettings() { deflate.reset(); }

    http::Headers headers;
    std::chrono::milliseconds connect_timeout{30'000};
    std::chrono::milliseconds write_timeout{30'000};
    std::size_t max_redirects = 10;
    std::shared_ptr<net::TLSContext> tls;
    std::string server_name;
    std::string unix_socket;
};

/// Compression is not offered by default, as in aiohttp: compress(true) does.
class WebSocketOptions : public websocket::Options<WebSocketOptions, WebSocketSettings> {
public:
    /// A further field of the request: a cookie, an authorization, a Host other than the URL's. Errors: std::invalid_argument for control
    /// characters, and for fields that are the handshake's own (Upgrade, Connection, Sec-WebSocket-*, Content-Length, ...).
    WebSocketOptions& header(std::string_view name, std::string_view value);
    /// The Origin field, which servers compare with their own; none by default.
    WebSocketOptions& origin(std::string_view origin);
    /// For address, connection, TLS and handshake together, redirects included; 30 s by default.
    WebSocketOptions& connect_timeout(Milliseconds time) {
        held().connect_timeout = time;
        return *this;
    }
    /// The connection is lost when the server takes nothing for so long although something is to be sent; 30 s by default.
    WebSocketOptions& write_timeout(Milliseconds time) {
        held().write_timeout = time;
        return *this;
    }
    /// How many redirects are followed, 10 by default. To another origin neither Authorization nor Cookie go along.
    WebSocketOptions& max_redirects(std::size_t count) {
        held().max_redirects = count;
        return *this;
    }
    /// For wss: other authorities, a certificate of the client. By default the system's authorities are trusted, and the server's
    /// certificate must be for the URL's host.
    WebSocketOptions& tls(std::shared_ptr<net::TLSContext> context) {
        held().tls = std::move(context);
        return *this;
    }
    /// The name that the server's certificate must be for, if it is not the URL's host.
    WebSocketOptions& server_name(std::string name) {
        held().server_name = std::move(name);
        return *this;
    }
    /// Connects to a Unix socket in the place of the URL's host; redirects are not followed.
    WebSocketOptions& unix_socket(std::string path) {
        held().unix_socket = std::move(path);
        return *this;
    }
};

}  // namespace indrik::client
