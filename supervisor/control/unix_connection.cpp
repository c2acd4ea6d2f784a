#include "supervisor/control/unix_connection.hpp"

#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace indrik::supervisor {

std::optional<sockaddr_un> unix_address(const std::string& path) {
    sockaddr_un address{};
    if (path.empty() || path.size() >= sizeof address.sun_path) return {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

UnixConnection connect_unix(const std::string& path) {
    const auto address = unix_address(path);
    if (!address) return {UniqueFd(), ENAMETOOLONG};
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return {UniqueFd(), errno};
    const auto* const data = reinterpret_cast<const sockaddr*>(&*address);
    if (::connect(fd.get(), data, sizeof *address) != 0) return {UniqueFd(), errno};
    return {std::move(fd), 0};
}

ucred peer_of(int fd) {
    ucred peer{0, static_cast<uid_t>(-1), static_cast<gid_t>(-1)};
    socklen_t size = sizeof peer;
    ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    return peer;
}

}  // namespace indrik::supervisor
