#pragma once
// The settings of a WebSocketResponse.
//
//   web::WebSocketResponse socket(web::WebSocketOptions().heartbeat(20s).protocols("chat"));

#include <chrono>
#include <cstdint>
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

/// Value type; setters return the object. A time of zero means none.
class WebSocketOptions {
public:
    using Milliseconds = std::chrono::milliseconds;

    /// A ping after so much silence, 30 s by default; the connection is lost if nothing comes for half of it again.
    WebSocketOptions& heartbeat(Milliseconds interval) { return heartbeat_ = interval, *this; }
    /// How long receive() waits for a message; for ever by default.
    WebSocketOptions& receive_timeout(Milliseconds time) { return receive_timeout_ = time, *this; }
    /// How long close() waits for the peer's answer, 10 s by default.
    WebSocketOptions& close_timeout(Milliseconds time) { return close_timeout_ = time, *this; }
    /// Answers pings and swallows pongs, as is the default; otherwise receive() returns them.
    WebSocketOptions& autoping(bool on) { return autoping_ = on, *this; }
    /// The size of a whole message, decompressed; larger ones close with 1009. 4 MiB by default, 0 is no limit. Not for receive_piece().
    WebSocketOptions& max_msg_size(std::uint64_t bytes) {
        return max_message_bytes_ = bytes, *this;
    }
    /// What may wait for a slow peer before senders wait, and try_send gives up; 256 KiB by default.
    WebSocketOptions& write_limit(std::size_t bytes) { return write_limit_ = bytes, *this; }
    WebSocketOptions& slow_peer(SlowPeer policy) { return slow_peer_ = policy, *this; }
    /// Whether compression is agreed to if the client offers it, as is the default.
    WebSocketOptions& compress(bool on) {
        if (!on) {
            deflate_.reset();
        } else if (!deflate_) {
            deflate_.emplace();
        }
        return *this;
    }
    /// Windows, contexts, memory and level of compression.
    WebSocketOptions& compress(const websocket::DeflateOptions& options) {
        return deflate_ = options, *this;
    }
    /// The subprotocols that the handler speaks; the client's first of them is chosen.
    template <class... Names>
    WebSocketOptions& protocols(const Names&... names) {
        (protocols_.emplace_back(names), ...);
        return *this;
    }
    /// The origins ("https://example.com") whose pages may connect besides those of the same host; "*" allows all.
    template <class... Origins>
    WebSocketOptions& allowed_origins(const Origins&... origins) {
        (allowed_origins_.emplace_back(origins), ...);
        return *this;
    }

private:
    friend class WebSocketResponse;
    friend class WebSocketSession;

    Milliseconds heartbeat_{30'000};
    Milliseconds receive_timeout_{0};
    Milliseconds close_timeout_{10'000};
    std::uint64_t max_message_bytes_ = 4 * 1024 * 1024;
    std::size_t write_limit_ = 256 * 1024;
    bool autoping_ = true;
    SlowPeer slow_peer_ = SlowPeer::Drop;
    std::optional<websocket::DeflateOptions> deflate_ = websocket::DeflateOptions();
    std::vector<std::string> protocols_;
    std::vector<std::string> allowed_origins_;
};

}  // namespace indrik::web
