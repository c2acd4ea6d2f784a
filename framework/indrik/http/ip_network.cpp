#include "indrik/http/ip_network.hpp"

#include <algorithm>
#include <cstddef>

#include <arpa/inet.h>

#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

constexpr std::size_t kMappedBytes = 12;
constexpr std::array<std::uint8_t, kMappedBytes> kMappedPrefix = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// The byte that has the first `bits` bits set.
std::uint8_t mask(unsigned bits) {
    return static_cast<std::uint8_t>(0xff00U >> std::min(bits, 8U));
}

/// How many bits of the byte at `index` belong to the prefix.
unsigned bits_at(unsigned prefix_bits, std::size_t index) {
    const auto before = static_cast<unsigned>(index) * 8;
    return prefix_bits > before ? prefix_bits - before : 0;
}

std::optional<unsigned> parse_prefix(std::string_view text) {
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    unsigned value = 0;
    for (const char character : text) {
        if (!is_digit(character)) return std::nullopt;
        value = value * 10 + static_cast<unsigned>(character - '0');
    }
    return value;
}

}  // namespace

bool IPAddress::is_v4() const {
    return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

std::optional<IPAddress> parse_ip_address(std::string_view text) {
    char copy[INET6_ADDRSTRLEN];  // inet_pton wants a zero behind the text
    if (text.size() >= sizeof(copy) || text.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    *std::copy(text.begin(), text.end(), copy) = '\0';
    IPAddress address;
    if (inet_pton(AF_INET6, copy, address.bytes.data()) == 1) return address;
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
    if (inet_pton(AF_INET, copy, address.bytes.data() + kMappedBytes) == 1) return address;
    return std::nullopt;
}

std::string to_string(const IPAddress& address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address.is_v4()) {
        inet_ntop(AF_INET, address.bytes.data() + kMappedBytes, text, sizeof(text));
    } else {
        inet_ntop(AF_INET6, address.bytes.data(), text, sizeof(text));
    }
    return text;
}

bool IPNetwork::contains(const IPAddress& other) const {
    for (std::size_t i = 0; i < address.bytes.size(); ++i) {
        if (((address.bytes[i] ^ other.bytes[i]) & mask(bits_at(prefix_bits, i))) != 0)
            return false;
    }
    return true;
}

std::optional<IPNetwork> parse_ip_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view address_text = text.substr(0, slash);
    const auto address = parse_ip_address(address_text);
    if (!address) return std::nullopt;
    IPNetwork network{*address, 128};
    if (slash == std::string_view::npos) return network;
    const auto prefix = parse_prefix(text.substr(slash + 1));
    // As it is written: ::ffff:0:0/96 is an IPv6 network.
    const bool is_v6 = address_text.find(':') != std::string_view::npos;
    if (!prefix || *prefix > (is_v6 ? 128U : 32U)) return std::nullopt;
    network.prefix_bits = is_v6 ? *prefix : *prefix + kMappedBytes * 8;
    for (std::size_t i = 0; i < network.address.bytes.size(); ++i) {
        const std::uint8_t inside = mask(bits_at(network.prefix_bits, i));
        if ((network.address.bytes[i] & ~inside) != 0) return std::nullopt;
    }
    return network;
}

}  // namespace indrik::http
