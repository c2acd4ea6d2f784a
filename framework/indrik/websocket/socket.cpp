#include "indrik/websocket/socket.hpp"

#include <stdexcept>
#include <utility>

#include "indrik/json/value.hpp"
#include "indrik/websocket/connection.hpp"

namespace indrik::websocket {
namespace {

const std::string kNothing;

Task<std::optional<std::string>> receive_kind(std::shared_ptr<Connection> connection,
                                              bool wants_text) {
    std::optional<ReceivedMessage> message = co_await Connection::receive(
        connection, Connection::Unit::Message, connection->receive_timeout());
    if (!message) co_return std::nullopt;
    if (message->is_text() != wants_text || message->is_binary() == wants_text) {
        throw CloseError(CloseCode::UnsupportedData,
                         wants_text ? "not a text message" : "not a binary message");
    }
    co_return std::move(*message).data();
}

Task<std::optional<json::Value>> receive_value(std::shared_ptr<Connection> connection) {
    std::optional<ReceivedMessage> message = co_await Connection::receive(
        connection, Connection::Unit::Message, connection->receive_timeout());
    if (!message) co_return std::nullopt;
    co_return message->json();
}

}  // namespace

Socket::Socket(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
Socket::Socket(Socket&&) noexcept = default;
Socket& Socket::operator=(Socket&&) noexcept = default;
Socket::~Socket() = default;

void Socket::open(std::shared_ptr<Connection> connection) {
    connection_ = std::move(connection);
}

const std::shared_ptr<Connection>& Socket::connection() const {
    if (!connection_) {
        throw std::logic_error(
            "the WebSocket is not connected: a handler calls co_await prepare(request) first");
    }
    return connection_;
}

const std::string& Socket::protocol() const {
    return connection_ ? connection_->subprotocol() : kNothing;
}
bool Socket::is_compressed() const {
    return connection_ && connection_->is_compressed();
}

// ---- receiving

Task<std::optional<ReceivedMessage>> Socket::receive() {
    return receive(connection()->receive_timeout());
}
Task<std::optional<ReceivedMessage>> Socket::receive(Milliseconds timeout) {
    return Connection::receive(connection(), Connection::Unit::Message, timeout);
}
Task<std::optional<std::string>> Socket::receive_str() {
    return receive_kind(connection(), true);
}
Task<std::optional<std::string>> Socket::receive_bytes() {
    return receive_kind(connection(), false);
}
Task<std::optional<json::Value>> Socket::receive_json() {
    return receive_value(connection());
}
Task<std::optional<ReceivedMessage>> Socket::receive_piece() {
    return Connection::receive(
        connection(), Connection::Unit::Piece, connection()->receive_timeout());
}

// ---- sending

Task<> Socket::send_str(std::string text) {
    return Connection::send(connection(), MessageType::Text, std::move(text), Compress::Automatic);
}
Task<> Socket::send_bytes(std::string bytes) {
    return Connection::send(
        connection(), MessageType::Binary, std::move(bytes), Compress::Automatic);
}
Task<> Socket::send_json(const json::Value& value) {
    return send_str(json::serialize(value));
}
bool Socket::try_send_str(std::string_view text) {
    return connection()->try_send(MessageType::Text, text);
}
bool Socket::try_send_bytes(std::string_view bytes) {
    return connection()->try_send(MessageType::Binary, bytes);
}
std::size_t Socket::unsent_bytes() const {
    return connection_ ? connection_->unsent_bytes() : 0;
}
Peer Socket::peer() const {
    return Peer(connection());
}
Task<> Socket::ping(std::string payload) {
    return Connection::send_control(connection(), Opcode::Ping, std::move(payload));
}
Task<> Socket::pong(std::string payload) {
    return Connection::send_control(connection(), Opcode::Pong, std::move(payload));
}

struct MessageWriter::State {
    State(std::shared_ptr<Connection> on, Permit granted)
        : connection(std::move(on)), permit(std::move(granted)) {}
    std::shared_ptr<Connection> connection;
    Permit permit;  // of the connection
};

Task<MessageWriter> Socket::start(std::shared_ptr<Connection> connection, bool is_text) {
    const MessageType type = is_text ? MessageType::Text : MessageType::Binary;
    Permit permit = co_await Connection::begin_message(connection, type);
    auto state = std::make_unique<MessageWriter::State>(std::move(connection), std::move(permit));
    co_return MessageWriter(std::move(state));
}
Task<MessageWriter> Socket::start_text() {
    return start(connection(), true);
}
Task<MessageWriter> Socket::start_bytes() {
    return start(connection(), false);
}

MessageWriter::MessageWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
MessageWriter::MessageWriter(MessageWriter&&) noexcept = default;

MessageWriter::~MessageWriter() {
    if (!state_) return;
    state_->connection->close_now(static_cast<std::uint16_t>(CloseCode::InternalError),
                                  "a message was left unfinished");
}

MessageWriter::State& MessageWriter::state() const {
    if (!state_) throw std::logic_error("the message has been finished already");
    return *state_;
}

Task<> MessageWriter::write(std::string piece) {
    return Connection::send_piece(state().connection, std::move(piece), false);
}

Task<> MessageWriter::finish() {
    state();
    const std::unique_ptr<State> state = std::move(state_);
    co_await Connection::send_piece(state->connection, std::string(), true);
}

// ---- the end

Task<> Socket::close(std::uint16_t code, std::string reason) {
    return Connection::close(connection(), code, std::move(reason));
}
bool Socket::closed() const {
    return connection_ && connection_->is_closed();
}
std::uint16_t Socket::close_code() const {
    return connection_ ? connection_->protocol().close_code() : std::uint16_t{0};
}
const std::string& Socket::close_reason() const {
    return connection_ ? connection_->protocol().close_reason() : kNothing;
}

}  // namespace indrik::websocket
