#include "indrik/web/websocket_response.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "indrik/core/strings.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/response_channel.hpp"
#include "indrik/web/websocket_session.hpp"
#include "indrik/websocket/handshake.hpp"
#include "indrik/websocket/loop_share.hpp"

namespace indrik::web {
namespace {

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

}  // namespace

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
        *settings_, handshake.agreement, websocket::LoopShare::of(executor));
}

Task<> WebSocketResponse::prepare(Request& request) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    const auto head = std::make_unique<Response>(Response::switching_protocols());
    std::shared_ptr<WebSocketSession> session = begin_session(request, executor, *head);
    co_await request.response_channel().upgrade(*head, session);
    open(std::move(session));
    settings_.reset();
}

bool WebSocketResponse::is_going_away() const {
    return is_open() && connection()->is_going_away();
}

WebSocketResponse::operator Response() && {
    connection();
    return std::move(Response::switching_protocols().mark_streamed());
}

}  // namespace indrik::web
