#pragma once
// A WebSocket in a handler.
//
//   Task<web::Response> echo(web::Request& request) {
//       web::WebSocketResponse socket(web::WebSocketOptions().heartbeat(20s));
//       co_await socket.prepare(request);
//       while (auto message = co_await socket.receive()) {
//           co_await socket.send_str(message->text() + "/answer");
//       }
//       co_return std::move(socket);
//   }
//
// When the handler returns, the connection is closed with 1000; when it throws, with 1011, or as the WebSocketError says. When the worker
// retires, receive() ends: the handler may send a goodbye and return, and the close code is 1001. Peers that fall silent are found by
// pings. Only pages of the same host may connect, unless others are allowed.

#include <memory>
#include <string>
#include <utility>

#include "indrik/core/task.hpp"
#include "indrik/web/response.hpp"
#include "indrik/web/websocket_options.hpp"
#include "indrik/websocket/socket.hpp"

namespace indrik::websocket {
struct ServerHandshake;
}

namespace indrik::web {

class Request;
class WebSocketSession;

using WebSocketMessage = websocket::ReceivedMessage;
using WebSocketMessageType = websocket::ReceivedType;
using WebSocketMessageWriter = websocket::MessageWriter;
using WebSocketError = websocket::CloseError;
using WebSocketPeer = websocket::Peer;
using WebSocketSend = websocket::SendOutcome;

/// What can_prepare() says.
class WebSocketReady {
public:
    WebSocketReady(bool is_ready, std::string protocol)
        : protocol_(std::move(protocol)), is_ready_(is_ready) {}
    explicit operator bool() const { return is_ready_; }
    /// The subprotocol that would be chosen; "" if none.
    const std::string& protocol() const { return protocol_; }

private:
    std::string protocol_;
    bool is_ready_;
};

/// What it does once it is prepared is in websocket::Socket. Movable, not copyable. Used after its handler has ended it is closed.
class WebSocketResponse : public websocket::Socket {
public:
    WebSocketResponse() : WebSocketResponse(WebSocketOptions()) {}
    explicit WebSocketResponse(const WebSocketOptions& options);
    WebSocketResponse(WebSocketResponse&&) noexcept;
    WebSocketResponse& operator=(WebSocketResponse&&) noexcept;
    ~WebSocketResponse();

    // ---- the handshake

    /// Whether prepare() would succeed. REQUIRES: before prepare()
    WebSocketReady can_prepare(const Request& request) const;
    /// Switches the connection over. Errors: HTTPException with 400 or 426 that says what is wrong with the request, or 403 for an origin
    /// that is not allowed; std::logic_error if the request has a response already.
    Task<> prepare(Request& request);
    bool is_prepared() const { return is_open(); }
    /// Whether the worker retires.
    bool is_going_away() const;

    /// What the handler returns: `co_return std::move(socket)`. Then the connection is closed, as by close().
    // NOLINTNEXTLINE(google-explicit-constructor): it is a response
    operator Response() &&;

private:
    websocket::ServerHandshake judge(const Request& request) const;
    std::shared_ptr<WebSocketSession> begin_session(const Request& request,
                                                    const LoopExecutor& executor,
                                                    Response& head) const;

    std::unique_ptr<WebSocketSettings> settings_;  // until prepare()
};

}  // namespace indrik::web
