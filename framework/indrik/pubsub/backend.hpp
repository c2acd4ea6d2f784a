#pragma once
// What carries messages from one process to another, behind one interface: nothing (ProcessBackend), the bus between the workers of a
// supervisor, and, for many hosts, servers such as Redis or PostgreSQL.
//
// A back end knows nodes: processes that have connected to the same topics. It delivers at most once, and what one node publishes to one
// topic in that order. Whatever it loses it tells: on_missed() to who did not get it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/task.hpp"
#include "indrik/pubsub/message.hpp"

namespace indrik::pubsub {

/// Names a process for as long as it runs; no other one is ever given the same.
using NodeID = std::uint64_t;

/// What a back end tells its user, in the loop, one after the other. These neither wait nor throw.
class BackendEvents {
public:
    virtual ~BackendEvents() = default;

    /// Another node published it. Once, however many of our subscriptions it fits.
    virtual void on_message(const Message& message) = 0;
    /// Another node said it by tell().
    virtual void on_told(NodeID from, std::string_view bytes) = 0;
    /// From here on it gets what we send, and we what it sends.
    virtual void on_joined(NodeID node) = 0;
    /// It ended, was killed, or cannot be reached.
    virtual void on_left(NodeID node) = 0;
    /// Messages for us were lost: so many, or 0 if nobody knows.
    virtual void on_missed(std::uint64_t count) = 0;
    /// That node lost something of ours, and can take more again.
    virtual void on_peer_missed(NodeID node) = 0;
};

struct BackendHealth {
    bool is_connected = false;
    std::size_t nodes = 0;       // others that are reached
    std::uint64_t sent = 0;      // messages handed to others, once for each of them
    std::uint64_t received = 0;  // messages of others
    std::uint64_t dropped =
        0;  // left out because another node does not keep up, or nothing is connected
    std::size_t waiting_bytes = 0;  // for nodes that are slow
};

/// One owner, Topics. Made unconnected.
class Backend {
public:
    virtual ~Backend() = default;

    /// Returns when messages come and go. A connection that is lost later is made anew by the back end itself: meanwhile it is not
    /// healthy and drops what is published; afterwards it calls on_missed(0). Lifetime: `events` outlives close().
    /// Errors: std::system_error if there is no hope.
    virtual Task<> connect(BackendEvents& events) = 0;
    /// Nothing comes afterwards; what was published goes out, as far as it goes soon.
    virtual Task<> close() = 0;

    /// Asks for a topic's messages, or those of all topics that fit a pattern; returns when they come. Twice is as once. Kept over
    /// reconnections.
    virtual Task<> subscribe(std::string topic, bool is_pattern) = 0;
    /// Messages may still come for a while.
    virtual void unsubscribe(std::string_view topic, bool is_pattern) noexcept = 0;

    /// To all other nodes. Never waits; what cannot be kept is dropped and counted.
    virtual void publish(const Message& message) = 0;
    /// Waits while much waits for a node that may yet catch up: not for long, and not again for one that does not.
    virtual Task<> wait_for_room() = 0;
    /// Says something to all other nodes, or to one of them, in order with what is published; for the users of this interface.
    virtual void tell(std::string bytes) = 0;
    virtual void tell(NodeID node, std::string bytes) = 0;

    virtual NodeID node() const = 0;
    virtual std::vector<NodeID> nodes() const = 0;
    virtual BackendHealth health() const = 0;
};

}  // namespace indrik::pubsub
