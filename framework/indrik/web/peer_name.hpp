#pragma once
// How http::TrustedProxies is asked about a peer.

#include <string_view>

#include "indrik/net/endpoint.hpp"

namespace indrik::web {

/// "" for a Unix socket, which is always trusted. A TCP connection that was reset has no address any more, but may have left a
/// request behind: its peer is nobody. Lifetime: a view into `peer`.
inline std::string_view peer_name(const net::Endpoint& peer) {
    if (peer.is_unix()) return {};
    return peer.address.empty() ? std::string_view("unknown") : std::string_view(peer.address);
}

}  // namespace indrik::web
