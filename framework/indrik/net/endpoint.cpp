#include "indrik/net/endpoint.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace indrik::net {
namespace {

std::string to_text(int family, const void* address) {
    char text[INET6_ADDRSTRLEN] = {};
    return ::inet_ntop(family, address, text, sizeof text) != nullptr ? text : "";
}

Endpoint from_unix(const sockaddr* address, socklen_t size) {
    Endpoint endpoint;
    endpoint.family = AF_UNIX;
    constexpr std::size_t kPathOffset = offsetof(sockaddr_un, sun_path);
    if (size > kPathOffset) {
        const char* const path = reinterpret_cast<const sockaddr_un*>(address)->sun_path;
        const std::size_t room = size - kPathOffset;
        // An abstract name begins with NUL and is shown with '@', as everywhere.
        if (path[0] == '\0') {
            endpoint.address = "@" + std::string(path + 1, room - 1);
        } else {
            endpoint.address.assign(path, ::strnlen(path, room));
        }
    }
    return endpoint;
}

using AddressCall = int (*)(int, sockaddr*, socklen_t*);

Endpoint ask(AddressCall call, int socket) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    auto* const address = reinterpret_cast<sockaddr*>(&storage);
    if (call(socket, address, &size) != 0) return {};
    return to_endpoint(address, size);
}

}  // namespace

Endpoint to_endpoint(const sockaddr* address, socklen_t size) {
    Endpoint endpoint;
    if (address->sa_family == AF_UNIX) return from_unix(address, size);
    if (address->sa_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
        endpoint.family = AF_INET;
        endpoint.address = to_text(AF_INET, &v4->sin_addr);
        endpoint.port = ntohs(v4->sin_port);
    } else if (address->sa_family == AF_INET6) {
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
        endpoint.port = ntohs(v6->sin6_port);
        if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
            endpoint.family = AF_INET;
            endpoint.address = to_text(AF_INET, v6->sin6_addr.s6_addr + 12);
        } else {
            endpoint.family = AF_INET6;
            endpoint.address = to_text(AF_INET6, &v6->sin6_addr);
        }
    }
    return endpoint;
}

std::string format_endpoint(const Endpoint& endpoint) {
    if (endpoint.is_unix()) return "unix:" + endpoint.address;
    const std::string port = ":" + std::to_string(endpoint.port);
    return endpoint.family == AF_INET6 ? "[" + endpoint.address + "]" + port
                                       : endpoint.address + port;
}

Endpoint local_endpoint(int socket) {
    return ask(&::getsockname, socket);
}
Endpoint remote_endpoint(int socket) {
    return ask(&::getpeername, socket);
}

}  // namespace indrik::net
