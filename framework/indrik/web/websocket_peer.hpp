#pragma once
// A connection as those see it who send the same message to many: rooms, tickers, indrik/pubsub.
//
//   auto message = std::make_shared<const websocket::SharedMessage>(websocket::MessageType::Text, "to all of you");
//   for (const web::WebSocketPeer& peer : peers) {
//       if (peer.try_send(message) == web::WebSocketSend::Busy) ...     // it has not taken the one before
//   }

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "indrik/core/task.hpp"

namespace indrik::websocket {
class SharedMessage;
}

namespace indrik::web {

class WebSocketSession;

/// What became of a message.
enum class WebSocketSend : std::uint8_t {
    Taken,
    Busy,    // what was sent before has not gone; wait_for_room() tells when it has
    Closed,  // nothing can be sent any more
};

/// A handle; copies are the same connection. It may outlive the handler, and is closed then.
class WebSocketPeer {
public:
    explicit WebSocketPeer(std::shared_ptr<WebSocketSession> session)
        : session_(std::move(session)) {}

    /// Sends it without waiting and without a copy: the message is kept until its last byte has gone. Never more than one waits.
    WebSocketSend try_send(const std::shared_ptr<const websocket::SharedMessage>& message) const;
    /// Waits until try_send() is not busy. Cancellation: ends the wait.
    Task<> wait_for_room() const;
    /// Begins the closing handshake, and waits for nothing.
    void close(std::uint16_t code, std::string_view reason) const noexcept;
    bool closed() const;
    std::size_t unsent_bytes() const;

private:
    std::shared_ptr<WebSocketSession> session_;
};

}  // namespace indrik::web
