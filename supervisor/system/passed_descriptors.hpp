#pragma once
// Descriptors that go beside the bytes of a message on a Unix socket (SCM_RIGHTS, unix(7)).

#include <cstddef>
#include <span>
#include <vector>

#include <sys/types.h>
#include <sys/uio.h>

#include "indrik/core/unique_fd.hpp"

namespace indrik::supervisor {

inline constexpr std::size_t kMostPassed = 253;  // in one message: the kernel's SCM_MAX_FD

/// One sendmsg(2), begun anew when a signal interrupts it: bytes sent, or -1 and errno. The descriptors stay the caller's.
/// REQUIRES: at most kMostPassed
ssize_t send_passing(int socket,
                     std::span<const iovec> parts,
                     std::span<const int> descriptors,
                     int flags);

/// One recvmsg(2), as above; adds what came beside the bytes, to be closed when a program is executed.
ssize_t receive_passed(int socket,
                       std::span<const iovec> parts,
                       std::vector<UniqueFd>& descriptors,
                       int flags);

}  // namespace indrik::supervisor
