#include "indrik/web/websocket_peer.hpp"

#include "indrik/web/websocket_session.hpp"

namespace indrik::web {

WebSocketSend WebSocketPeer::try_send(
    const std::shared_ptr<const websocket::SharedMessage>& message) const {
    return session_->try_send(message);
}

Task<> WebSocketPeer::wait_for_room() const {
    return WebSocketSession::wait_for_room(session_);
}

void WebSocketPeer::close(std::uint16_t code, std::string_view reason) const noexcept {
    session_->close_now(code, reason);
}

bool WebSocketPeer::closed() const {
    return session_->is_closed();
}

std::size_t WebSocketPeer::unsent_bytes() const {
    return session_->unsent_bytes();
}

}  // namespace indrik::web
