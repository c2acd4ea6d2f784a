#pragma once
// What a connection becomes after a 101 (Switching Protocols): the stream and what surrounds it change hands.

#include <chrono>
#include <exception>
#include <string_view>
#include <system_error>

#include "indrik/core/task.hpp"

namespace indrik {
class TaskGroup;
}
namespace indrik::net {
class Stream;
class TimerWheel;
}  // namespace indrik::net

namespace indrik::web {

/// The stream of an upgraded connection, and what its server lends it. Lifetime: until UpgradedConnection::detach().
struct UpgradedTransport {
    net::Stream& stream;
    net::TimerWheel& timers;
    TaskGroup& tasks;                         // for work in the background
    std::chrono::milliseconds write_timeout;  // while the peer takes nothing; 0: none
    std::string_view received;                // what came behind the request; only during attach()
    bool is_draining;
};

/// An interface; implemented by whoever upgrades (web::WebSocketResponse). All calls come from the server, in this order.
class UpgradedConnection {
public:
    virtual ~UpgradedConnection() = default;

    /// The 101 is out: the stream is yours.
    virtual void attach(const UpgradedTransport& transport) = 0;
    /// The server retires: say goodbye soon.
    virtual void drain() = 0;
    /// The handler has ended, by `failure` if there is one: end the protocol in good manners. Not called if the server is cancelled.
    virtual Task<> finish(std::exception_ptr failure) = 0;
    /// The stream is about to be closed, and must not be touched any more. Never throws.
    virtual void detach() noexcept = 0;

    /// Whether what a handler threw is the peer's doing, and no error of the server.
    virtual bool is_peers_fault(const std::exception_ptr& failure) const = 0;
    /// What went wrong with the peer; no error if nothing did.
    virtual std::error_code failure() const = 0;
    /// Whether the peer may still be sending, so that closing at once could destroy what was sent last.
    virtual bool should_linger() const = 0;
};

}  // namespace indrik::web
