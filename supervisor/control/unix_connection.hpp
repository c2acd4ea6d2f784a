#pragma once
// Connecting to a Unix socket, and who is at the other end.

#include <optional>
#include <string>

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include "indrik/core/unique_fd.hpp"

namespace indrik::supervisor {

/// Nothing: the path is too long for a socket.
std::optional<sockaddr_un> unix_address(const std::string& path);

struct UnixConnection {
    UniqueFd fd;    // non-blocking; none: see error
    int error = 0;  // of errno
};

/// Never waits: a listener whose queue is full is an error, EAGAIN.
UnixConnection connect_unix(const std::string& path);

/// The process, user and group at the other end, as the kernel noted them.
ucred peer_of(int fd);

}  // namespace indrik::supervisor
