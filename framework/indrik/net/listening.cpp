#include "indrik/net/listening.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "indrik/net/endpoint.hpp"

namespace indrik::net {
namespace {

[[noreturn]] void fail(const std::string& name, int error) {
    throw std::system_error(error, std::generic_category(), "cannot listen on " + name);
}

UniqueFd make_socket(const std::string& name, int family) {
    UniqueFd socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) fail(name, errno);
    return socket;
}

void switch_on(const std::string& name, int socket, int level, int option) {
    const int on = 1;
    if (::setsockopt(socket, level, option, &on, sizeof on) != 0) fail(name, errno);
}

void bind_and_listen(
    const std::string& name, int socket, const sockaddr* address, socklen_t size, int backlog) {
    if (::bind(socket, address, size) != 0 || ::listen(socket, backlog) != 0) fail(name, errno);
}

struct FreeAddresses {
    void operator()(addrinfo* found) const { ::freeaddrinfo(found); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses look_up(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int outcome = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (outcome == 0) return Addresses(found);
    const std::string why =
        outcome == EAI_SYSTEM ? "" : std::string(": ") + ::gai_strerror(outcome);
    fail("'" + host + "'" + why, outcome == EAI_SYSTEM ? errno : EADDRNOTAVAIL);
}

/// A socket file may be left from a process that died. Whoever answers is alive.
void remove_stale(const std::string& name, const sockaddr_un& address) {
    struct stat status {};
    if (::lstat(address.sun_path, &status) != 0) return;
    if (!S_ISSOCK(status.st_mode)) fail(name, EEXIST);
    const UniqueFd probe = make_socket(name, AF_UNIX);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(probe.get(), generic, sizeof address) == 0 || errno == EAGAIN) {
        fail(name, EADDRINUSE);
    }
    if (errno != ECONNREFUSED) fail(name, errno);
    ::unlink(address.sun_path);
}

}  // namespace

UniqueFd listen_tcp(const std::string& host, std::uint16_t port, int backlog, bool reuse_port) {
    const Addresses addresses = look_up(host, port);
    const std::string name =
        format_endpoint(to_endpoint(addresses->ai_addr, addresses->ai_addrlen));
    UniqueFd socket = make_socket(name, addresses->ai_family);
    switch_on(name, socket.get(), SOL_SOCKET, SO_REUSEADDR);
    if (reuse_port) switch_on(name, socket.get(), SOL_SOCKET, SO_REUSEPORT);
    switch_on(name, socket.get(), IPPROTO_TCP, TCP_NODELAY);  // accepted sockets inherit it
    bind_and_listen(name, socket.get(), addresses->ai_addr, addresses->ai_addrlen, backlog);
    return socket;
}

UniqueFd listen_unix(const std::string& path, int backlog) {
    const std::string name = "unix:" + path;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) fail(name, ENAMETOOLONG);
    std::memcpy(address.sun_path, path.c_str(), path.size());
    remove_stale(name, address);
    UniqueFd socket = make_socket(name, AF_UNIX);
    bind_and_listen(
        name, socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address, backlog);
    return socket;
}

}  // namespace indrik::net
