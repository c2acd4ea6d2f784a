#pragma once
// An open WebSocket as handlers and clients use it: web::WebSocketResponse and client::WebSocket are Sockets that differ in how they begin.
//
//   while (auto message = co_await socket.receive()) {
//       co_await socket.send_str(message->text() + "/answer");
//   }
//
// Several coroutines may send at the same time, one may receive. Peers that fall silent are found by pings.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "indrik/core/task.hpp"
#include "indrik/websocket/message.hpp"
#include "indrik/websocket/peer.hpp"

namespace indrik::websocket {

class Connection;
class MessageWriter;

/// Movable, not copyable. Errors of all that sends: std::logic_error before the connection is made; std::system_error when it is closed or
/// lost, which leaves a handler as its normal end.
class Socket {
public:
    using Milliseconds = std::chrono::milliseconds;

    Socket(Socket&&) noexcept;
    Socket& operator=(Socket&&) noexcept;

    /// The subprotocol agreed upon; "" if none, or before the connection is made.
    const std::string& protocol() const;
    bool is_compressed() const;

    // ---- receiving; std::logic_error if another coroutine does already
    // Each waits at most `timeout` (receive_timeout by default), and throws TimeoutError then; the connection stays usable.

    /// The next message; nothing when there will be none: the peer has closed or is lost, or the worker retires. close_code() says why.
    Task<std::optional<ReceivedMessage>> receive();
    Task<std::optional<ReceivedMessage>> receive(Milliseconds timeout);
    /// The same for what must be of a kind. Errors: CloseError (1003, 1007) for a message of another.
    Task<std::optional<std::string>> receive_str();
    Task<std::optional<std::string>> receive_bytes();
    Task<std::optional<boost::json::value>> receive_json();
    /// The next piece of a message as it arrives, however large the message is: is_last() says whether the message ends with it.
    Task<std::optional<ReceivedMessage>> receive_piece();

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
    Peer peer() const;
    /// A message in pieces; other messages wait until it is finished.
    Task<MessageWriter> start_text();
    Task<MessageWriter> start_bytes();
    /// At most 125 bytes go with them.
    Task<> ping(std::string payload = std::string());
    Task<> pong(std::string payload = std::string());

    // ---- the end

    /// Says why, and waits for the peer to answer, at most close_timeout.
    /// Errors: std::invalid_argument for a code that no frame may carry (1000 to 1003, 1007 to 1011 and 3000 to 4999 may).
    Task<> close(std::uint16_t code = 1000, std::string reason = std::string());
    /// Whether nothing can be sent any more.
    bool closed() const;
    /// The peer's code; 1005 if it gave none, 1006 if the connection was lost, or what it was told it did wrong. 0 while it is open.
    std::uint16_t close_code() const;
    const std::string& close_reason() const;

protected:
    Socket() = default;
    explicit Socket(std::shared_ptr<Connection> connection);
    ~Socket();

    void open(std::shared_ptr<Connection> connection);
    bool is_open() const { return connection_ != nullptr; }
    /// Errors: std::logic_error before open().
    const std::shared_ptr<Connection>& connection() const;

private:
    static Task<MessageWriter> start(std::shared_ptr<Connection> connection, bool is_text);

    std::shared_ptr<Connection> connection_;
};

/// Sends one message in pieces, as they come.
///   auto writer = co_await socket.start_bytes();
///   co_await writer.write(piece);
///   co_await writer.finish();
/// Without finish() the message cannot end, and the connection is closed with 1011.
class MessageWriter {
public:
    MessageWriter(MessageWriter&&) noexcept;
    MessageWriter& operator=(MessageWriter&&) = delete;
    ~MessageWriter();

    /// Errors: as Socket; std::logic_error after finish().
    Task<> write(std::string piece);
    Task<> finish();

private:
    friend class Socket;
    struct State;
    explicit MessageWriter(std::unique_ptr<State> state);
    State& state() const;

    std::unique_ptr<State> state_;  // null when finished
};

}  // namespace indrik::websocket
