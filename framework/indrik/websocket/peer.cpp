#include "indrik/websocket/peer.hpp"

#include "indrik/websocket/connection.hpp"

namespace indrik::websocket {

SendOutcome Peer::try_send(const std::shared_ptr<const SharedMessage>& message) const {
    return connection_->try_send(message);
}

Task<> Peer::wait_for_room() const {
    return Connection::wait_for_room(connection_);
}

void Peer::close(std::uint16_t code, std::string_view reason) const noexcept {
    connection_->close_now(code, reason);
}

bool Peer::closed() const {
    return connection_->is_closed();
}

std::size_t Peer::unsent_bytes() const {
    return connection_->unsent_bytes();
}

}  // namespace indrik::websocket
