#pragma once
// The settings of a WebSocketResponse.
//
//   web::WebSocketResponse socket(web::WebSocketOptions().heartbeat(20s).protocols("chat"));

#include <string>
#include <vector>

#include "indrik/websocket/options.hpp"

namespace indrik::web {

using websocket::SlowPeer;

/// What WebSocketOptions hold.
struct WebSocketSettings : websocket::Settings {
    std::vector<std::string> allowed_origins;
};

/// Compression is agreed to if the client offers it; compress(false) declines it.
class WebSocketOptions : public websocket::Options<WebSocketOptions, WebSocketSettings> {
public:
    /// The origins ("https://example.com") whose pages may connect besides those of the same host; "*" allows all.
    template <class... Origins>
    WebSocketOptions& allowed_origins(const Origins&... origins) {
        (held().allowed_origins.emplace_back(origins), ...);
        return *this;
    }
};

}  // namespace indrik::web
