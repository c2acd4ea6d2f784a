#pragma once
// Makes listening sockets, for programs that serve without the supervisor.
//
//   runner.listen(net::listen_tcp("127.0.0.1", 8080));
//   runner.listen(net::listen_unix("/run/app.sock"));

#include <cstdint>
#include <string>

#include "indrik/core/unique_fd.hpp"

namespace indrik::net {

/// Connections that may wait to be accepted.
inline constexpr int kDefaultBacklog = 2048;

/// A bound, listening, non-blocking socket. `host` is an address or a name, of which the first address counts; port 0 is any
/// that is free. With `reuse_port` several processes may listen there, and the kernel shares connections out.
/// Errors: std::system_error that names the address. Looking a name up may block.
UniqueFd listen_tcp(const std::string& host,
                    std::uint16_t port,
                    int backlog = kDefaultBacklog,
                    bool reuse_port = false);

/// The same on a path; a socket file that nobody serves is removed first. Errors: std::system_error that names the path.
UniqueFd listen_unix(const std::string& path, int backlog = kDefaultBacklog);

}  // namespace indrik::net
