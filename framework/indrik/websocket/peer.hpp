#pragma once
// A connection as those see it who send the same message to many: rooms, tickers, indrik/pubsub.
//
//   auto message = std::make_shared<const SharedMessage>(MessageType::Text, "to all of you");
//   for (const Peer& peer : peers) {
//       if (peer.try_send(message) == SendOutcome::Busy) ...     // it has not taken the one before
//   }

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "indrik/core/task.hpp"

namespace indrik::websocket {

class Connection;
class SharedMessage;

/// What became of a message.
enum class SendOutcome : std::uint8_t {
    Taken,
    Busy,    // what was sent before has not gone; wait_for_room() tells when it has
    Closed,  // nothing can be sent any more
};

/// A handle; copies are the same connection. It may outlive the Socket that it is from, and is closed then.
class Peer {
public:
    explicit Peer(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

    /// Sends it without waiting. Never more than one waits. A server sends it without a copy, and keeps the message until its last
    /// byte has gone; a client must mask it, so it copies.
    SendOutcome try_send(const std::shared_ptr<const SharedMessage>& message) const;
    /// Waits until try_send() is not busy. Cancellation: ends the wait.
    Task<> wait_for_room() const;
    /// Begins the closing handshake, and waits for nothing.
    void close(std::uint16_t code, std::string_view reason) const noexcept;
    bool closed() const;
    std::size_t unsent_bytes() const;

private:
    std::shared_ptr<Connection> connection_;
};

}  // namespace indrik::websocket
