#pragma once
// A subscriber that is a WebSocket: what is published goes to the peer as it is, without a coroutine and without a copy for each.
//
//   Task<web::Response> room(web::Request& request) {
//       web::WebSocketResponse socket;
//       co_await socket.prepare(request);
//       const auto forwarding = co_await topics.forward("room:1", socket.peer());
//       while (auto message = co_await socket.receive()) co_await topics.publish("room:1", message->text());
//       co_return std::move(socket);
//   }
//
// While the peer has not taken a message, those behind it wait in a queue of references.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "indrik/pubsub/subscription.hpp"
#include "indrik/websocket/peer.hpp"

namespace indrik {
class TaskGroup;
}

namespace indrik::pubsub {

/// How a WebSocket subscribes. Value type; setters return the object.
class ForwardOptions {
public:
    /// As SubscribeOptions. Wait is for peers that are servers of ours: a browser that hangs would stop who publishes.
    ForwardOptions& queue_limit(std::size_t messages) {
        return options_.queue_limit(messages), *this;
    }
    ForwardOptions& when_full(SlowSubscriber policy) { return options_.when_full(policy), *this; }
    ForwardOptions& present_as(std::string name) {
        return options_.present_as(std::move(name)), *this;
    }
    ForwardOptions& hidden() { return options_.hidden(), *this; }
    /// A text that the peer is sent where messages are missing, so that it can ask for them; none by default.
    ForwardOptions& gap_message(std::string text) { return gap_message_ = std::move(text), *this; }

    const SubscribeOptions& subscribe_options() const { return options_; }
    const std::string& gap_message() const { return gap_message_; }

private:
    SubscribeOptions options_;
    std::string gap_message_;
};

/// Movable; forwards until it is destroyed, or the connection is closed. May outlive its Topics.
class Forwarding {
public:
    class State;

    explicit Forwarding(std::shared_ptr<State> state);
    Forwarding(Forwarding&& other) noexcept;
    Forwarding& operator=(Forwarding&& other) noexcept;
    ~Forwarding();

    /// Messages that wait for the peer.
    std::size_t waiting() const;
    /// Messages that were left out because too many waited.
    std::uint64_t dropped() const;
    /// Forwards nothing more, not even what waits.
    void close();

private:
    std::shared_ptr<State> state_;
};

}  // namespace indrik::pubsub
