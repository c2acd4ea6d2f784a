#pragma once
// IP addresses and networks as values: who is trusted. Not for connecting; that is net's.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace indrik::http {

/// An IPv4 address is kept as the IPv6 address it is mapped to, so that 192.0.2.1 and
/// ::ffff:192.0.2.1 are one.
struct IPAddress {
    std::array<std::uint8_t, 16> bytes{};

    bool is_v4() const;
    friend auto operator<=>(const IPAddress&, const IPAddress&) = default;
};

/// "192.0.2.1" or "2001:db8::1": no brackets, port, zone, or leading zeros of decimals.
std::optional<IPAddress> parse_ip_address(std::string_view text);
std::string to_string(const IPAddress& address);

/// The addresses that begin with the same bits.
struct IPNetwork {
    IPAddress address;
    unsigned prefix_bits = 128;  // of the 128 bits; of an IPv4 network 96 more than written

    bool contains(const IPAddress& other) const;
    friend bool operator==(const IPNetwork&, const IPNetwork&) = default;
};

/// "10.0.0.0/8", "fd00::/8", or one address. Strict: nothing if bits beyond the prefix are set,
/// which are mostly a mistake ("10.1.0.0/8").
std::optional<IPNetwork> parse_ip_network(std::string_view text);

}  // namespace indrik::http
