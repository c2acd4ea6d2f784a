#include "supervisor/listeners/sockets.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "supervisor/config/values.hpp"

namespace indrik::supervisor {
namespace {

std::string reason(int error) {
    return std::generic_category().message(error);
}

[[noreturn]] void fail(const Address& address, int error) {
    const std::string name = format_address(address);
    switch (error) {
        case EADDRINUSE:
            throw AddressInUse(fmt::format("{} is in use by another process", name));
        case EADDRNOTAVAIL:
            throw ConfigError(fmt::format("--bind: {} is not an address of this machine", name));
        case EACCES:
            throw ConfigError(
                fmt::format("--bind: {} is not allowed to this user; ports below 1024 need root or "
                            "CAP_NET_BIND_SERVICE",
                            name));
        default:
            throw ConfigError(fmt::format("--bind: {} cannot be used: {}", name, reason(error)));
    }
}

UniqueFd make_socket(const Address& address, const SocketAddress& resolved) {
    UniqueFd fd(
        ::socket(resolved.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) fail(address, errno);
    return fd;
}

void switch_on(const Address& address, int fd, int level, int option) {
    const int on = 1;
    if (::setsockopt(fd, level, option, &on, sizeof on) != 0) fail(address, errno);
}

void set_port(SocketAddress& address, std::uint16_t port) {
    if (address.storage.ss_family == AF_INET6) {
        reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_port = htons(port);
    } else {
        reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port = htons(port);
    }
}

SocketAddress name_of(int fd) {
    SocketAddress address;
    address.size = sizeof address.storage;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address.storage), &address.size) != 0) {
        throw std::system_error(errno, std::generic_category(), "getsockname");
    }
    return address;
}

// A socket file may be left from a process that died. Whoever answers is alive.
void remove_stale_socket(const Address& address, const SocketAddress& resolved) {
    struct stat status {};
    if (::lstat(address.path().c_str(), &status) != 0) return;
    if (!S_ISSOCK(status.st_mode)) {
        throw ConfigError(fmt::format("--bind: {} exists and is no socket; name another path",
                                      format_address(address)));
    }
    const UniqueFd probe = make_socket(address, resolved);
    if (::connect(probe.get(), resolved.data(), resolved.size) == 0 || errno == EAGAIN) {
        fail(address, EADDRINUSE);
    }
    if (errno != ECONNREFUSED) fail(address, errno);
    ::unlink(address.path().c_str());
}

}  // namespace

void refuse_taken_port(const Address& address) {
    if (address.port() == 0) return;
    const SocketAddress resolved = resolve(address);
    const UniqueFd probe = make_socket(address, resolved);
    switch_on(address, probe.get(), SOL_SOCKET, SO_REUSEADDR);
    if (::bind(probe.get(), resolved.data(), resolved.size) != 0) fail(address, errno);
}

UniqueFd bind_tcp(const Address& address, std::uint16_t port) {
    SocketAddress resolved = resolve(address);
    set_port(resolved, port);
    UniqueFd fd = make_socket(address, resolved);
    switch_on(address, fd.get(), SOL_SOCKET, SO_REUSEADDR);
    switch_on(address, fd.get(), SOL_SOCKET, SO_REUSEPORT);
    switch_on(address, fd.get(), IPPROTO_TCP, TCP_NODELAY);  // accepted sockets inherit it
    if (::bind(fd.get(), resolved.data(), resolved.size) != 0) fail(address, errno);
    return fd;
}

UniqueFd bind_unix(const Address& address) {
    const SocketAddress resolved = resolve(address);
    remove_stale_socket(address, resolved);
    UniqueFd fd = make_socket(address, resolved);
    if (::bind(fd.get(), resolved.data(), resolved.size) != 0) fail(address, errno);
    return fd;
}

void start_listening(int fd, const Address& address, int backlog) {
    if (::listen(fd, backlog) != 0) fail(address, errno);
}

std::uint16_t bound_port(int fd) {
    const SocketAddress address = name_of(fd);
    if (address.storage.ss_family == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_port);
    }
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_port);
}

Address bound_address(int fd) {
    const SocketAddress address = name_of(fd);
    if (address.storage.ss_family == AF_UNIX) {
        const auto* const name = reinterpret_cast<const sockaddr_un*>(&address.storage);
        if (name->sun_path[0] != '\0')
            return Address::parse(fmt::format("unix:{}", name->sun_path));
    } else if (address.storage.ss_family == AF_INET || address.storage.ss_family == AF_INET6) {
        char host[NI_MAXHOST];
        if (::getnameinfo(
                address.data(), address.size, host, sizeof host, nullptr, 0, NI_NUMERICHOST) == 0) {
            const bool is_v6 = address.storage.ss_family == AF_INET6;
            return Address::parse(
                fmt::format("{}{}{}:{}", is_v6 ? "[" : "", host, is_v6 ? "]" : "", bound_port(fd)));
        }
    }
    throw ConfigError(fmt::format(
        "the inherited descriptor {} is no socket of TCP or with a path of the file system", fd));
}

std::uint64_t queue_length(int fd) {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
    return info.tcpi_unacked;  // of a listening socket: its accept queue
}

std::uint64_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

}  // namespace indrik::supervisor
