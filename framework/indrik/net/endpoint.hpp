#pragma once
// An address of either end of a connection, as people write it.

#include <cstdint>
#include <string>

#include <sys/socket.h>

namespace indrik::net {

/// Value type. For a Unix socket `address` is its path ("" if unnamed) and `port` 0.
struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
    int family = AF_UNSPEC;

    bool is_unix() const { return family == AF_UNIX; }
    bool operator==(const Endpoint&) const = default;
};

/// "127.0.0.1:8000", "[::1]:8000", "unix:/run/app.sock".
std::string format_endpoint(const Endpoint& endpoint);

/// IPv4-mapped IPv6 addresses come out as IPv4.
Endpoint to_endpoint(const sockaddr* address, socklen_t size);

/// The addresses of a socket; a default Endpoint when it has none (not connected, or closed).
Endpoint local_endpoint(int socket);
Endpoint remote_endpoint(int socket);

}  // namespace indrik::net
