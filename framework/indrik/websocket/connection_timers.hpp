#pragma once
// The timers and marks of a Connection, for its sources only.

#include <stdexcept>

#include "indrik/net/timer_wheel.hpp"
#include "indrik/websocket/connection.hpp"

namespace indrik::websocket {

/// Wakes whoever waits for the session's stream. Lives in a coroutine that keeps the session.
class Connection::Alarm final : public net::TimerWheel::Timer {
public:
    explicit Alarm(Connection& session) : session_(session) {}
    /// Zero is no alarm. REQUIRES: the session is attached
    void set(Milliseconds delay) {
        if (delay.count() != 0) session_.timers_->arm(*this, delay);
    }
    bool has_fired() const { return has_fired_; }

private:
    void on_timeout() override {
        has_fired_ = true;
        session_.wake_stream();
        session_.wake_all();
    }
    Connection& session_;
    bool has_fired_ = false;
};

/// The right to receive.
class Connection::Reading {
public:
    explicit Reading(Connection& session) : session_(session) {
        if (session.is_receiving_)
            throw std::logic_error("another coroutine is receiving from this WebSocket already");
        session.is_receiving_ = true;
    }
    Reading(const Reading&) = delete;
    ~Reading() {
        session_.is_receiving_ = false;
        session_.wake_all();
    }

private:
    Connection& session_;
};

}  // namespace indrik::websocket
