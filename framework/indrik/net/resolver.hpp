#pragma once
// From names of hosts to addresses: getaddrinfo(3) on threads of its own.
//
//   std::vector<Address> addresses = co_await resolve("example.org", 443);

#include <cstdint>
#include <string>
#include <vector>

#include "indrik/core/task.hpp"
#include "indrik/net/address.hpp"

namespace indrik::net {

/// The addresses of a name in the order in which they should be tried (RFC 6724), at least one. Addresses in digits need no look-up. Those
/// that are read differently by different programs ("127.1", "0177.0.0.1", "2130706433") are refused. "localhost" and what ends with
/// ".localhost" is this host, whatever the system's tables say (RFC 6761).
/// Errors: std::system_error with the reason of the resolver (resolver_category()) or EINVAL; the text names the host.
/// Cancellation: ends the wait; a thread may go on looking for a while.
Task<std::vector<Address>> resolve(std::string host, std::uint16_t port);

/// Of getaddrinfo's errors (EAI_...).
const std::error_category& resolver_category();

}  // namespace indrik::net
