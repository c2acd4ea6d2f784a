#pragma once
// The settings of a WebSocketResponse.
//
//   web::WebSocketResponse socket(web::WebSocketOptions().heartbeat(20s).protocols("chat"));

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "indrik/websocket/deflate_agreement.hpp"

namespace indrik::web {

/// What try_send does when the peer has not taken what was sent before.
enum class SlowPeer : std::uint8_t {
    Drop,   // leaves the message out
    Close,  // ends the connection with 1008: who cannot keep up shall connect anew
};

/// What WebSocketOptions hold.
struct WebSocketSettings {
    std::chrono::milliseconds heartbeat{30'000};
    std::chrono::milliseconds receive_timeout{0};
    std::chrono::milliseconds close_timeout{10'000};
    std::uint64_t max_message_bytes = 4 * 1024 * 1024;
    std::size_t write_limit = 256 * 1024;
    bool autoping = true;
    SlowPeer slow_peer = SlowPeer::Drop;
    std::optional<websocket::DeflateOptions> deflate = websocket::DeflateOptions();
    std::vector<std::string> protocols;
    std::vector<std::string> allowed_origins;
};

/// Value type, the size of a pointer, for it is made in handlers whose frames live long; setters return the object. A time of zero means
/// none.
class WebSocketOptions {
public:
    using Milliseconds = std::chrono::milliseconds;

    WebSocketOptions() : settings_(std::make_unique<WebSocketSettings>()) {}
    WebSocketOptions(const WebSocketOptions& other)
        : settings_(std::make_unique<WebSocketSettings>(*other.settings_)) {}
    WebSocketOptions& operator=(const WebSocketOptions& other) {
        *settings_ = *other.settings_;
        return *this;
    }

    /// A ping after so much silence, 30 s by default; the connection is lost if nothing comes for half of it again.
    WebSocketOptions& heartbeat(Milliseconds interval) {
        settings_->heartbeat = interval;
        return *this;
    }
    /// How long receive() waits for a message; for ever by default.
    WebSocketOptions& receive_timeout(Milliseconds time) {
        settings_->receive_timeout = time;
        return *this;
    }
    /// How long close() waits for the peer's answer, 10 s by default.
    WebSocketOptions& close_timeout(Milliseconds time) {
        settings_->close_timeout = time;
        return *this;
    }
    /// Answers pings and swallows pongs, as is the default; otherwise receive() returns them.
    WebSocketOptions& autoping(bool on) {
        settings_->autoping = on;
        return *this;
    }
    /// The size of a whole message, decompressed; larger ones close with 1009. 4 MiB by default, 0 is no limit. Not for receive_piece().
    WebSocketOptions& max_msg_size(std::uint64_t bytes) {
        settings_->max_message_bytes = bytes;
        return *this;
    }
    /// What may wait for a slow peer before senders wait, and try_send gives up; 256 KiB by default.
    WebSocketOptions& write_limit(std::size_t bytes) {
        settings_->write_limit = bytes;
        return *this;
    }
    WebSocketOptions& slow_peer(SlowPeer policy) {
        settings_->slow_peer = policy;
        return *this;
    }
    /// Whether compression is agreed to if the client offers it, as is the default.
    WebSocketOptions& compress(bool on) {
        settings_->deflate.reset();
        if (on) settings_->deflate.emplace();
        return *this;
    }
    /// Windows, contexts, memory and level of compression.
    WebSocketOptions& compress(const websocket::DeflateOptions& options) {
        settings_->deflate = options;
        return *this;
    }
    /// The subprotocols that the handler speaks; the client's first of them is chosen.
    template <class... Names>
    WebSocketOptions& protocols(const Names&... names) {
        (settings_->protocols.emplace_back(names), ...);
        return *this;
    }
    /// The origins ("https://example.com") whose pages may connect besides those of the same host; "*" allows all.
    template <class... Origins>
    WebSocketOptions& allowed_origins(const Origins&... origins) {
        (settings_->allowed_origins.emplace_back(origins), ...);
        return *this;
    }

    const WebSocketSettings& settings() const { return *settings_; }

private:
    std::unique_ptr<WebSocketSettings> settings_;
};

}  // namespace indrik::web
