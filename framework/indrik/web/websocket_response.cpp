#include "indrik/web/websocket_response.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "indrik/core/strings.hpp"
#include "indrik/json/value.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/response_channel.hpp"
#include "indrik/web/websocket_session.hpp"
#include "indrik/web/websocket_share.hpp"
#include "indrik/websocket/handshake.hpp"

namespace indrik::web {
namespace {

using websocket::Compress;
using websocket::MessageType;

const std::string kNothing;

bool is_allowed(const std::vector<std::string>& allowed, std::string_view origin) {
    return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& one) {
        return one == "*" || iequals(one, origin);
    });
}

[[noreturn]] void refuse(const websocket::HandshakeRefusal& refusal) {
    HTTPException outcome(refusal.status, refusal.reason);
    for (const http::HeaderField field : refusal.fields()) {
        outcome.response().header(field.name, field.value);
    }
    throw outcome;
}

Task<std::optional<std::string>> receive_kind(std::shared_ptr<WebSocketSession> session,
                                              bool wants_text) {
    std::optional<WebSocketMessage> message = co_await WebSocketSession::receive(
        session, WebSocketSession::Unit::Message, session->receive_timeout());
    if (!message) co_return std::nullopt;
    if (message->is_text() != wants_text || message->is_binary() == wants_text) {
        throw WebSocketError(websocket::CloseCode::UnsupportedData,
                             wants_text ? "not a text message" : "not a binary message");
    }
    co_return std::move(*message).data();
}

Task<std::optional<json::Value>> receive_value(std::shared_ptr<WebSocketSession> session) {
    std::optional<WebSocketMessage> message = co_await WebSocketSession::receive(
        session, WebSocketSession::Unit::Message, session->receive_timeout());
    if (!message) co_return std::nullopt;
    co_return message->json();
}

}  // namespace

// ---- the handshake

WebSocketResponse::WebSocketResponse(const WebSocketOptions& options)
    : settings_(std::make_unique<WebSocketSettings>(options.settings())) {}
WebSocketResponse::WebSocketResponse(WebSocketResponse&&) noexcept = default;
WebSocketResponse& WebSocketResponse::operator=(WebSocketResponse&&) noexcept = default;
WebSocketResponse::~WebSocketResponse() = default;

websocket::ServerHandshake WebSocketResponse::judge(const Request& request) const {
    if (!settings_) throw std::logic_error("the WebSocket was prepared already");
    websocket::HandshakeOptions options;
    options.protocols = settings_->protocols;
    options.deflate = settings_->deflate;
    websocket::ServerHandshake handshake = websocket::answer_handshake(request.head(), options);
    const std::string_view origin = request.header(http::Field::Origin);
    if (!handshake.refusal && !is_allowed(settings_->allowed_origins, origin) &&
        !websocket::is_same_origin(origin, request.scheme(), request.host())) {
        websocket::HandshakeRefusal refusal;
        refusal.status = http::Status::Forbidden;
        refusal.reason =
            "WebSocket handshake: pages of " + std::string(origin) + " are not allowed to connect";
        handshake.refusal = std::move(refusal);
    }
    return handshake;
}

WebSocketReady WebSocketResponse::can_prepare(const Request& request) const {
    const websocket::ServerHandshake handshake = judge(request);
    return WebSocketReady(!handshake.refusal, handshake.agreement.protocol);
}

std::shared_ptr<WebSocketSession> WebSocketResponse::begin_session(const Request& request,
                                                                   const LoopExecutor& executor,
                                                                   Response& head) const {
    const bool is_untouched = !request.has_derived_;
    websocket::ServerHandshake handshake = judge(request);
    if (handshake.refusal) refuse(*handshake.refusal);
    if (is_untouched) request.drop_derived();  // what the origin was compared with
    for (const http::HeaderField field : handshake.fields()) head.header(field.name, field.value);
    return std::make_shared<WebSocketSession>(
        *settings_, handshake.agreement, WebSocketShare::of(executor));
}

Task<> WebSocketResponse::prepare(Request& request) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    const auto head = std::make_unique<Response>(Response::switching_protocols());
    std::shared_ptr<WebSocketSession> session = begin_session(request, executor, *head);
    co_await request.response_channel().upgrade(*head, session);
    session_ = std::move(session);
    settings_.reset();
}

const std::shared_ptr<WebSocketSession>& WebSocketResponse::session() const {
    if (!session_)
        throw std::logic_error("the WebSocket was not prepared: co_await prepare(request) first");
    return session_;
}

const std::string& WebSocketResponse::protocol() const {
    return session_ ? session_->subprotocol() : kNothing;
}
bool WebSocketResponse::is_compressed() const {
    return session_ && session_->is_compressed();
}

// ---- receiving

Task<std::optional<WebSocketMessage>> WebSocketResponse::receive() {
    return receive(session()->receive_timeout());
}
Task<std::optional<WebSocketMessage>> WebSocketResponse::receive(Milliseconds timeout) {
    return WebSocketSession::receive(session(), WebSocketSession::Unit::Message, timeout);
}
Task<std::optional<std::string>> WebSocketResponse::receive_str() {
    return receive_kind(session(), true);
}
Task<std::optional<std::string>> WebSocketResponse::receive_bytes() {
    return receive_kind(session(), false);
}
Task<std::optional<json::Value>> WebSocketResponse::receive_json() {
    return receive_value(session());
}
Task<std::optional<WebSocketMessage>> WebSocketResponse::receive_piece() {
    return WebSocketSession::receive(
        session(), WebSocketSession::Unit::Piece, session()->receive_timeout());
}

// ---- sending

Task<> WebSocketResponse::send_str(std::string text) {
    return WebSocketSession::send(
        session(), MessageType::Text, std::move(text), Compress::Automatic);
}
Task<> WebSocketResponse::send_bytes(std::string bytes) {
    return WebSocketSession::send(
        session(), MessageType::Binary, std::move(bytes), Compress::Automatic);
}
Task<> WebSocketResponse::send_json(const json::Value& value) {
    return send_str(json::serialize(value));
}
bool WebSocketResponse::try_send_str(std::string_view text) {
    return session()->try_send(MessageType::Text, text);
}
bool WebSocketResponse::try_send_bytes(std::string_view bytes) {
    return session()->try_send(MessageType::Binary, bytes);
}
std::size_t WebSocketResponse::unsent_bytes() const {
    return session_ ? session_->unsent_bytes() : 0;
}
WebSocketPeer WebSocketResponse::peer() const {
    return WebSocketPeer(session());
}
Task<> WebSocketResponse::ping(std::string payload) {
    return WebSocketSession::send_control(session(), websocket::Opcode::Ping, std::move(payload));
}
Task<> WebSocketResponse::pong(std::string payload) {
    return WebSocketSession::send_control(session(), websocket::Opcode::Pong, std::move(payload));
}

struct WebSocketMessageWriter::State {
    State(std::shared_ptr<WebSocketSession> on, Permit granted)
        : session(std::move(on)), permit(std::move(granted)) {}
    std::shared_ptr<WebSocketSession> session;
    Permit permit;  // of the session
};

Task<WebSocketMessageWriter> WebSocketResponse::start(std::shared_ptr<WebSocketSession> session,
                                                      bool is_text) {
    const MessageType type = is_text ? MessageType::Text : MessageType::Binary;
    Permit permit = co_await WebSocketSession::begin_message(session, type);
    auto state =
        std::make_unique<WebSocketMessageWriter::State>(std::move(session), std::move(permit));
    co_return WebSocketMessageWriter(std::move(state));
}
Task<WebSocketMessageWriter> WebSocketResponse::start_text() {
    return start(session(), true);
}
Task<WebSocketMessageWriter> WebSocketResponse::start_bytes() {
    return start(session(), false);
}

WebSocketMessageWriter::WebSocketMessageWriter(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
WebSocketMessageWriter::WebSocketMessageWriter(WebSocketMessageWriter&&) noexcept = default;

WebSocketMessageWriter::~WebSocketMessageWriter() {
    if (!state_) return;
    state_->session->close_now(static_cast<std::uint16_t>(websocket::CloseCode::InternalError),
                               "a message was left unfinished");
}

WebSocketMessageWriter::State& WebSocketMessageWriter::state() const {
    if (!state_) throw std::logic_error("the message has been finished already");
    return *state_;
}

Task<> WebSocketMessageWriter::write(std::string piece) {
    return WebSocketSession::send_piece(state().session, std::move(piece), false);
}

Task<> WebSocketMessageWriter::finish() {
    state();
    const std::unique_ptr<State> state = std::move(state_);
    co_await WebSocketSession::send_piece(state->session, std::string(), true);
}

// ---- the end

Task<> WebSocketResponse::close(std::uint16_t code, std::string reason) {
    return WebSocketSession::close(session(), code, std::move(reason));
}
bool WebSocketResponse::closed() const {
    return session_ && session_->is_closed();
}
bool WebSocketResponse::is_going_away() const {
    return session_ && session_->is_going_away();
}
std::uint16_t WebSocketResponse::close_code() const {
    return session_ ? session_->protocol().close_code() : std::uint16_t{0};
}
const std::string& WebSocketResponse::close_reason() const {
    return session_ ? session_->protocol().close_reason() : kNothing;
}

WebSocketResponse::operator Response() && {
    session();
    return std::move(Response::switching_protocols().mark_streamed());
}

}  // namespace indrik::web
