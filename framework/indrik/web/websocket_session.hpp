#pragma once
// A server's WebSocket: what of websocket::Connection the server of an upgraded connection calls.

#include <exception>
#include <system_error>

#include "indrik/web/upgraded_connection.hpp"
#include "indrik/websocket/connection.hpp"

namespace indrik::web {

/// Owned by its server and by the WebSocketResponse.
class WebSocketSession final : public UpgradedConnection, public websocket::Connection {
public:
    WebSocketSession(const websocket::Settings& settings,
                     const websocket::Agreement& agreement,
                     websocket::LoopShare& share)
        : Connection(websocket::Role::Server, settings, agreement, share) {}

    void attach(const UpgradedTransport& transport) override {
        Connection::attach({transport.stream,
                            transport.timers,
                            transport.tasks,
                            transport.write_timeout,
                            transport.received});
        if (transport.is_draining) Connection::drain();
    }
    void drain() override { Connection::drain(); }
    Task<> finish(std::exception_ptr failure) override { return Connection::finish(failure); }
    void detach() noexcept override { Connection::detach(); }
    bool is_peers_fault(const std::exception_ptr& failure) const override {
        return Connection::is_peers_fault(failure);
    }
    std::error_code failure() const override { return Connection::failure(); }
    bool should_linger() const override { return Connection::should_linger(); }
};

}  // namespace indrik::web
