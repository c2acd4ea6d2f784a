#include "indrik/net/address.hpp"

#include <cassert>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace indrik::net {

Address::Address(const sockaddr* address, socklen_t size) : size_(size) {
    assert(size <= sizeof storage_);
    std::memcpy(&storage_, address, size);
}

std::optional<Address> parse_address(std::string_view text, std::uint16_t port) {
    const std::string terminated(text);
    sockaddr_in v4{};
    if (::inet_pton(AF_INET, terminated.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        return Address(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
    }
    sockaddr_in6 v6{};
    if (::inet_pton(AF_INET6, terminated.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        return Address(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
    }
    return std::nullopt;
}

Address unix_address(std::string_view path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const bool is_abstract = !path.empty() && path.front() == '@';
    const std::size_t room =
        sizeof address.sun_path - (is_abstract ? 0 : 1);  // for a NUL behind it
    if (path.empty() || path.size() > room) {
        throw std::system_error(path.empty() ? EINVAL : ENAMETOOLONG,
                                std::system_category(),
                                "unix:" + std::string(path));
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    if (is_abstract) address.sun_path[0] = '\0';
    const std::size_t size = offsetof(sockaddr_un, sun_path) + path.size() + (is_abstract ? 0 : 1);
    return Address(reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size));
}

}  // namespace indrik::net
