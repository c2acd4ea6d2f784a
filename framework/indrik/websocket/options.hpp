#pragma once
// The settings that both ends of a WebSocket have; web::WebSocketOptions and client::WebSocketOptions add their own.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "indrik/websocket/deflate_agreement.hpp"

namespace indrik::websocket {

/// What try_send does when the peer has not taken what was sent before.
enum class SlowPeer : std::uint8_t {
    Drop,   // leaves the message out
    Close,  // ends the connection with 1008: who cannot keep up shall connect anew
};

/// What the options hold.
struct Settings {
    std::chrono::milliseconds heartbeat{30'000};
    std::chrono::milliseconds receive_timeout{0};
    std::chrono::milliseconds close_timeout{10'000};
    std::uint64_t max_message_bytes = 4 * 1024 * 1024;
    std::size_t write_limit = 256 * 1024;
    bool autoping = true;
    SlowPeer slow_peer = SlowPeer::Drop;
    std::optional<DeflateOptions> deflate = DeflateOptions();
    std::vector<std::string> protocols;
};

/// The base of options, whose setters return `Derived`. Value type, the size of a pointer, for it is made in coroutines whose frames live
/// long. A time of zero means none. `Held` is Settings or derived from it.
template <class Derived, class Held>
class Options {
public:
    using Milliseconds = std::chrono::milliseconds;

    Options() : settings_(std::make_unique<Held>()) {}
    Options(const Options& other) : settings_(std::make_unique<Held>(*other.settings_)) {}
    Options& operator=(const Options& other) {
        *settings_ = *other.settings_;
        return *this;
    }

    /// A ping after so much silence, 30 s by default; the connection is lost if nothing comes for half of it again.
    Derived& heartbeat(Milliseconds interval) {
        settings_->heartbeat = interval;
        return self();
    }
    /// How long receive() waits for a message; for ever by default.
    Derived& receive_timeout(Milliseconds time) {
        settings_->receive_timeout = time;
        return self();
    }
    /// How long close() waits for the peer's answer, 10 s by default.
    Derived& close_timeout(Milliseconds time) {
        settings_->close_timeout = time;
        return self();
    }
    /// Answers pings and swallows pongs, as is the default; otherwise receive() returns them.
    Derived& autoping(bool on) {
        settings_->autoping = on;
        return self();
    }
    /// The size of a whole message, decompressed; larger ones close with 1009. 4 MiB by default, 0 is no limit. Not for receive_piece().
    Derived& max_msg_size(std::uint64_t bytes) {
        settings_->max_message_bytes = bytes;
        return self();
    }
    /// What may wait for a slow peer before senders wait, and try_send gives up; 256 KiB by default.
    Derived& write_limit(std::size_t bytes) {
        settings_->write_limit = bytes;
        return self();
    }
    Derived& slow_peer(SlowPeer policy) {
        settings_->slow_peer = policy;
        return self();
    }
    /// Whether compression (permessage-deflate) is agreed to, if both ends want it.
    Derived& compress(bool on) {
        settings_->deflate.reset();
        if (on) settings_->deflate.emplace();
        return self();
    }
    /// Windows, contexts, memory and level of compression.
    Derived& compress(const DeflateOptions& options) {
        settings_->deflate = options;
        return self();
    }
    /// The subprotocols that this end speaks; the client's first of them that the server speaks, too, is chosen.
    template <class... Names>
    Derived& protocols(const Names&... names) {
        (settings_->protocols.emplace_back(names), ...);
        return self();
    }

    const Held& settings() const { return *settings_; }

protected:
    Held& held() { return *settings_; }

private:
    Derived& self() { return static_cast<Derived&>(*this); }

    std::unique_ptr<Held> settings_;
};

}  // namespace indrik::websocket
