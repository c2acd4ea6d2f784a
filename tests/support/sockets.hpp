#pragma once
// Real sockets for tests: connected pairs, listeners on free ports, and blocking clients with a deadline.

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "indrik/core/unique_fd.hpp"

namespace indrik::test {

[[noreturn]] inline void fail_errno(const char* what) {
    throw std::system_error(errno, std::system_category(), what);
}

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

inline sockaddr_un unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

/// A non-blocking listening socket on a free port of 127.0.0.1.
inline UniqueFd listen_on_loopback(int backlog = 4096) {
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(0);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail_errno("bind");
    }
    if (::listen(socket.get(), backlog) != 0) fail_errno("listen");
    return socket;
}

/// The same on a path.
inline UniqueFd listen_on_path(const std::string& path) {
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const sockaddr_un address = unix_address(path);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail_errno("bind");
    }
    if (::listen(socket.get(), 128) != 0) fail_errno("listen");
    return socket;
}

inline std::uint16_t port_of(const UniqueFd& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

/// A blocking connected socket; the kernel completes the handshake, whoever accepts later.
inline UniqueFd connect_to(std::uint16_t port) {
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) fail_errno("socket");
    const sockaddr_in address = loopback(port);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail_errno("connect");
    }
    return socket;
}

inline UniqueFd connect_to(const std::string& path) {
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = unix_address(path);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail_errno("connect");
    }
    return socket;
}

struct SocketPair {
    UniqueFd server;  // non-blocking
    UniqueFd client;  // blocking
};

inline SocketPair unix_pair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail_errno("socketpair");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

inline SocketPair tcp_pair() {
    const UniqueFd listener = listen_on_loopback();
    SocketPair pair;
    pair.client = connect_to(port_of(listener));
    pair.server.reset(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!pair.server) fail_errno("accept");
    return pair;
}

/// Sends everything. False if the peer does not take it.
inline bool send_all(const UniqueFd& socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// What has arrived, without waiting.
inline std::string receive_now(const UniqueFd& socket) {
    std::string received;
    char space[65536];
    for (;;) {
        const ssize_t size = ::recv(socket.get(), space, sizeof space, MSG_DONTWAIT);
        if (size <= 0) return received;
        received.append(space, static_cast<std::size_t>(size));
    }
}

/// Takes exactly so many bytes; fewer if the peer ends.
inline std::size_t receive_some(const UniqueFd& socket, std::size_t size_bytes) {
    std::string space(size_bytes, '\0');
    const ssize_t size = ::recv(socket.get(), space.data(), size_bytes, MSG_WAITALL);
    return size > 0 ? static_cast<std::size_t>(size) : 0;
}

/// Whether the peer has ended the connection, by an end or a reset. What comes before is thrown away.
inline bool is_ended(const UniqueFd& socket) {
    char space[65536];
    for (;;) {
        const ssize_t size = ::recv(socket.get(), space, sizeof space, MSG_DONTWAIT);
        if (size == 0) return true;
        if (size < 0) return errno != EAGAIN;
    }
}

/// Makes closing the socket a reset.
inline void reset(UniqueFd socket) {
    const linger now{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace indrik::test
