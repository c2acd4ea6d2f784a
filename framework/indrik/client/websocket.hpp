#pragma once
// The client's end of a WebSocket, with or without TLS.
//
//   client::WebSocket socket = co_await client::ws_connect("wss://example.org/chat");
//   co_await socket.send_str("hello");
//   while (auto message = co_await socket.receive()) {
//       log.info("{}", message->text());
//   }
//   co_await socket.close();

#include <cstdint>
#include <memory>
#include <string>

#include "indrik/client/errors.hpp"
#include "indrik/client/websocket_options.hpp"
#include "indrik/core/task.hpp"
#include "indrik/http/headers.hpp"
#include "indrik/websocket/socket.hpp"

namespace indrik::net {
class Stream;
class TLSStream;
}  // namespace indrik::net

namespace indrik::client {

using WebSocketMessage = websocket::ReceivedMessage;
using WebSocketMessageType = websocket::ReceivedType;
using WebSocketMessageWriter = websocket::MessageWriter;
using WebSocketError = websocket::CloseError;
using WebSocketPeer = websocket::Peer;
using WebSocketSend = websocket::SendOutcome;

/// An open WebSocket; what it does is in websocket::Socket. Movable, not copyable; of one loop, which outlives it. Destroyed without
/// close() it says 1001 if the server takes that at once, and ends the connection.
class WebSocket : public websocket::Socket {
public:
    WebSocket(WebSocket&&) noexcept;
    WebSocket& operator=(WebSocket&&) noexcept;
    ~WebSocket();

    /// Says why, waits for the server's answer and for the end of the connection, at most close_timeout, and ends it. Does nothing more when
    /// it is closed. Errors: std::invalid_argument for a code that no frame may carry.
    Task<> close(std::uint16_t code = 1000, std::string reason = std::string());

    /// The fields of the server's response.
    const http::Headers& headers() const;
    /// Where it is connected to, after redirects.
    const std::string& url() const;
    /// What was negotiated; null without TLS, and after close().
    const net::TLSStream* tls() const;

private:
    friend class WebSocketOpening;
    struct State;
    explicit WebSocket(std::shared_ptr<State> state);
    static Task<> close_stream(std::shared_ptr<State> state,
                               std::uint16_t code,
                               std::string reason);

    std::shared_ptr<State> state_;
};

/// Connects, and follows redirects. A login in the URL becomes Basic authentication.
/// Errors: ClientError, above all WSServerHandshakeError when the server answers with something else than a WebSocket; see
/// client/errors.hpp. Cancellation: ends it, and leaves nothing open.
Task<WebSocket> ws_connect(std::string url, WebSocketOptions options = WebSocketOptions());

}  // namespace indrik::client
