#pragma once
// Opening one listening socket.
//
// Linux lets any process of the same user join a group of SO_REUSEPORT sockets, so a second instance started by mistake
// would silently take half of the connections. Hence refuse_taken_port(): a bind without SO_REUSEPORT, tried first.

#include <cstdint>

#include <sys/types.h>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/listeners/address.hpp"

namespace indrik::supervisor {

/// Somebody else listens there; it may help to wait.
class AddressInUse : public ConfigError {
    using ConfigError::ConfigError;
};

/// Errors: AddressInUse, or ConfigError for an address that this machine or user may not have.
void refuse_taken_port(const Address& address);

/// A non-blocking TCP socket, bound but not listening: the kernel gives it connections only from listen() on.
/// `port` replaces the address's, for addresses with port 0. Errors: as above.
UniqueFd bind_tcp(const Address& address, std::uint16_t port);

/// A non-blocking Unix socket, bound but not listening; its file's mode follows the umask. A socket file that nobody
/// serves is removed first. Errors: as above; AddressInUse also for a file that is no socket.
UniqueFd bind_unix(const Address& address);

/// Errors: AddressInUse, ConfigError.
void start_listening(int fd, const Address& address, int backlog);

/// The port that a bound TCP socket got.
std::uint16_t bound_port(int fd);
/// Where a socket listens that somebody else opened. Errors: ConfigError when it is none of ours to serve.
Address bound_address(int fd);
/// Connections that wait to be accepted from a listening TCP socket.
std::uint64_t queue_length(int fd);

/// Raises the soft limit of open descriptors to the hard one. Returns the limit now in force.
std::uint64_t raise_descriptor_limit();

}  // namespace indrik::supervisor
