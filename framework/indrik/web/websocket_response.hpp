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

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "indrik/core/task.hpp"
#include "indrik/web/response.hpp"
#include "indrik/web/websocket_message.hpp"
#include "indrik/web/websocket_options.hpp"
#include "indrik/web/websocket_peer.hpp"

namespace indrik::websocket {
struct ServerHandshake;
}

namespace indrik::web {

class Request;
class WebSocketMessageWriter;
class WebSocketSession;

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

/// Movable, not copyable. Several coroutines may send at the same time, one may receive. Used after its handler has ended it is closed.
/// Errors of all that sends: std::logic_error before prepare(); std::system_error when the connection is closed or lost, which leaves the
/// handler as the normal end.
class WebSocketResponse {
public:
    using Milliseconds = std::chrono::milliseconds;

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
    bool is_prepared() const { return session_ != nullptr; }
    /// The subprotocol agreed upon; "" if none, or before prepare().
    const std::string& protocol() const;
    bool is_compressed() const;

    // ---- receiving; std::logic_error if another coroutine does already
    // Each waits at most `timeout` (receive_timeout by default), and throws TimeoutError then; the connection stays usable.

    /// The next message; nothing when there will be none: the peer has closed or is lost, or the worker retires. close_code() says why.
    Task<std::optional<WebSocketMessage>> receive();
    Task<std::optional<WebSocketMessage>> receive(Milliseconds timeout);
    /// The same for what must be of a kind. Errors: WebSocketError (1003, 1007) for a message of another.
    Task<std::optional<std::string>> receive_str();
    Task<std::optional<std::string>> receive_bytes();
    Task<std::optional<boost::json::value>> receive_json();
    /// The next piece of a message as it arrives, however large the message is: is_last() says whether the message ends with it.
    Task<std::optional<WebSocketMessage>> receive_piece();

    // ---- sending; waits until the peer's socket has taken what is sent
    // Cancellation: ends the wait; a message that waits already is still sent.

    Task<> send_str(std::string text);
    Task<> send_bytes(std::string bytes);
    Task<> send_json(const boost::json::value& value);
    /// For broadcasters: sends without waiting. False if the connection is closed, or if more than write_limit waits for the peer or a
    /// message is being sent in pieces; the latter is what slow_peer is about.
    bool try_send_str(std::string_view text);
    bool try_send_bytes(std::string_view bytes);
    /// Bytes that wait for the peer.
    std::size_t unsent_bytes() const;
    /// By which others send what goes to many.
    WebSocketPeer peer() const;
    /// A message in pieces; other messages wait until it is finished.
    Task<WebSocketMessageWriter> start_text();
    Task<WebSocketMessageWriter> start_bytes();
    /// At most 125 bytes go with them.
    Task<> ping(std::string payload = std::string());
    Task<> pong(std::string payload = std::string());

    // ---- the end

    /// Says why, and waits for the peer to answer, at most close_timeout. Returning from the handler does so, too.
    /// Errors: std::invalid_argument for a code that no frame may carry (1000 to 1003, 1007 to 1011 and 3000 to 4999 may).
    Task<> close(std::uint16_t code = 1000, std::string reason = std::string());
    /// Whether nothing can be sent any more.
    bool closed() const;
    /// Whether the worker retires.
    bool is_going_away() const;
    /// The peer's code; 1005 if it gave none, 1006 if the connection was lost, or what it was told it did wrong. 0 while it is open.
    std::uint16_t close_code() const;
    const std::string& close_reason() const;

    /// What the handler returns: `co_return std::move(socket)`.
    // NOLINTNEXTLINE(google-explicit-constructor): it is a response
    operator Response() &&;

private:
    websocket::ServerHandshake judge(const Request& request) const;
    std::shared_ptr<WebSocketSession> begin_session(const Request& request,
                                                    const LoopExecutor& executor,
                                                    Response& head) const;
    const std::shared_ptr<WebSocketSession>& session() const;
    static Task<WebSocketMessageWriter> start(std::shared_ptr<WebSocketSession> session,
                                              bool is_text);

    std::unique_ptr<WebSocketSettings> settings_;  // until prepare()
    std::shared_ptr<WebSocketSession> session_;
};

/// Sends one message in pieces, as they come.
///   auto writer = co_await socket.start_bytes();
///   co_await writer.write(piece);
///   co_await writer.finish();
/// Without finish() the message cannot end, and the connection is closed with 1011.
class WebSocketMessageWriter {
public:
    WebSocketMessageWriter(WebSocketMessageWriter&&) noexcept;
    WebSocketMessageWriter& operator=(WebSocketMessageWriter&&) = delete;
    ~WebSocketMessageWriter();

    /// Errors: as WebSocketResponse; std::logic_error after finish().
    Task<> write(std::string piece);
    Task<> finish();

private:
    friend class WebSocketResponse;
    struct State;
    explicit WebSocketMessageWriter(std::unique_ptr<State> state);
    State& state() const;

    std::unique_ptr<State> state_;  // null when finished
};

}  // namespace indrik::web
