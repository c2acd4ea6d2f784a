#pragma once
// The timers and marks of a WebSocketSession, for its sources only.

#include <stdexcept>

#include "indrik/net/timer_wheel.hpp"
#include "indrik/web/websocket_session.hpp"

namespace indrik::web {

/// Wakes whoever waits for the session's stream. Lives in a coroutine that keeps the session.
class WebSocketSession::Alarm final : public net::TimerWheel::Timer {
public:
    explicit Alarm(WebSocketSession& session) : session_(session) {}
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
    WebSocketSession& session_;
    bool has_fired_ = false;
};

/// The right to receive.
class WebSocketSession::Reading {
public:
    explicit Reading(WebSocketSession& session) : session_(session) {
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
    WebSocketSession& session_;
};

}  // namespace indrik::web
