#pragma once
// Where to connect to, as the kernel takes it.

#include <cstdint>
#include <optional>
#include <string_view>

#include <sys/socket.h>

#include "indrik/net/endpoint.hpp"

namespace indrik::net {

/// Value type.
class Address {
public:
    /// REQUIRES: size <= sizeof(sockaddr_storage)
    Address(const sockaddr* address, socklen_t size);

    const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
    socklen_t size() const { return size_; }
    int family() const { return storage_.ss_family; }
    Endpoint endpoint() const { return to_endpoint(data(), size_); }

private:
    sockaddr_storage storage_{};
    socklen_t size_;
};

/// An IPv4 or IPv6 address in digits, without brackets; nothing for all else.
std::optional<Address> parse_address(std::string_view text, std::uint16_t port);

/// A Unix socket; '@' begins the name of an abstract one. Errors: std::system_error (ENAMETOOLONG, EINVAL for an empty path).
Address unix_address(std::string_view path);

}  // namespace indrik::net
