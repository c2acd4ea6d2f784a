#include "supervisor/listeners/address.hpp"

#include <charconv>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::string_view kDescriptorScheme = "fd://";

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
    throw BadValue(
        fmt::format("{} {}; write HOST:PORT, HOST, :PORT, [IPV6]:PORT, unix:PATH or fd://NUMBER",
                    quote(text),
                    why));
}

std::uint16_t parse_port(std::string_view port, std::string_view text) {
    std::uint16_t value = 0;
    const auto parsed = std::from_chars(port.data(), port.data() + port.size(), value);
    if (port.empty() || parsed.ec != std::errc() || parsed.ptr != port.data() + port.size()) {
        refuse(text, "has no port from 0 to 65535");
    }
    return value;
}

bool is_host(std::string_view host) {
    return host.find_first_of(" /?#@[]\t\n") == std::string_view::npos;
}

}  // namespace

Address Address::parse(std::string_view text) {
    Address address;
    if (text.starts_with("unix:")) {
        address.kind_ = Kind::Unix;
        address.host_ = text.substr(5);
        if (address.host_.starts_with("//")) address.host_.erase(0, 2);  // unix:///run/app.sock
        if (address.host_.empty()) refuse(text, "has no path");
        if (address.host_.size() >= sizeof(sockaddr_un::sun_path))
            refuse(text, "is too long a path");
        return address;
    }
    if (text.starts_with(kDescriptorScheme)) {
        address.kind_ = Kind::Descriptor;
        address.host_ = text.substr(kDescriptorScheme.size());
        if (address.descriptor() < 0) refuse(text, "has no number of a descriptor");
        return address;
    }
    address.port_ = kDefaultPort;
    std::string_view rest = text;
    if (rest.starts_with("tcp://")) rest.remove_prefix(6);
    if (rest.empty()) refuse(text, "is no address");
    if (rest.front() == '[') {
        const std::size_t end = rest.find(']');
        if (end == std::string_view::npos || end == 1)
            refuse(text, "is no IPv6 address in brackets");
        address.kind_ = Kind::Tcp6;
        address.host_ = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
        if (rest.empty()) return address;
        if (rest.front() != ':') refuse(text, "is not an address");
    } else {
        const std::size_t colon = rest.find(':');
        if (colon != rest.rfind(':')) refuse(text, "looks like IPv6 without brackets");
        address.host_ = rest.substr(0, colon);
        if (!is_host(address.host_)) refuse(text, "is not an address");
        if (address.host_.empty()) address.host_ = "0.0.0.0";
        if (colon == std::string_view::npos) return address;
        rest.remove_prefix(colon);
    }
    address.port_ = parse_port(rest.substr(1), text);
    return address;
}

Address Address::parse_openable(std::string_view text) {
    Address address = parse(text);
    if (address.kind() == Kind::Descriptor)
        throw BadValue(fmt::format("{} is for --bind alone", quote(text)));
    return address;
}

int Address::descriptor() const {
    int number = -1;
    const auto parsed = std::from_chars(host_.data(), host_.data() + host_.size(), number);
    return parsed.ec == std::errc() && parsed.ptr == host_.data() + host_.size() ? number : -1;
}

std::string format_address(const Address& address) {
    switch (address.kind()) {
        case Address::Kind::Descriptor:
            return std::string(kDescriptorScheme) + address.host();
        case Address::Kind::Unix:
            return "unix:" + address.path();
        case Address::Kind::Tcp6:
            return fmt::format("[{}]:{}", address.host(), address.port());
        case Address::Kind::Tcp4:
            break;
    }
    return fmt::format("{}:{}", address.host(), address.port());
}

std::string format_url(const Address& address, std::uint16_t port, bool is_encrypted) {
    if (address.is_unix() || address.kind() == Address::Kind::Descriptor)
        return format_address(address);
    const bool is_v6 = address.kind() == Address::Kind::Tcp6;
    return fmt::format("{}://{}{}{}:{}",
                       is_encrypted ? "https" : "http",
                       is_v6 ? "[" : "",
                       address.host(),
                       is_v6 ? "]" : "",
                       port);
}

SocketAddress resolve(const Address& address) {
    SocketAddress result;
    if (address.kind() == Address::Kind::Descriptor) {
        throw ConfigError(
            fmt::format("--bind: {} is taken over when the master starts, and not later",
                        format_address(address)));
    }
    if (address.is_unix()) {
        sockaddr_un unix_address{};
        unix_address.sun_family = AF_UNIX;
        address.path().copy(unix_address.sun_path, sizeof unix_address.sun_path - 1);
        std::memcpy(&result.storage, &unix_address, sizeof unix_address);
        result.size = sizeof unix_address;
        return result;
    }
    addrinfo hints{};
    hints.ai_family = address.kind() == Address::Kind::Tcp6 ? AF_INET6 : AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int status = ::getaddrinfo(
        address.host().c_str(), std::to_string(address.port()).c_str(), &hints, &found);
    if (status != 0) {
        throw ConfigError(
            fmt::format("--bind: {} cannot be looked up: {}; use a name or address of this machine",
                        quote(format_address(address)),
                        ::gai_strerror(status)));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    std::memcpy(&result.storage, found->ai_addr, found->ai_addrlen);
    result.size = found->ai_addrlen;
    return result;
}

}  // namespace indrik::supervisor
