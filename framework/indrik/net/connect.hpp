#pragma once
// Makes connections.
//
//   std::vector<Address> addresses = co_await resolve("example.org", 443);
//   std::unique_ptr<Stream> stream = co_await connect(std::move(addresses));
//
// There is no timeout of their own: put with_timeout() around them.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "indrik/core/task.hpp"
#include "indrik/net/address.hpp"
#include "indrik/net/stream.hpp"

namespace indrik::net {

/// RFC 8305 section 8, and aiohttp.
inline constexpr std::chrono::milliseconds kHappyEyeballsDelay{250};

/// Connects to whichever address answers first: the families take turns, the next attempt begins when the one before has failed or has
/// taken `delay`, and all go on until one succeeds (Happy Eyeballs, RFC 8305). Small writes are sent at once (TCP_NODELAY).
/// Errors: std::system_error with the reason of the first failure; the text names the address, and how many there were.
/// Cancellation: ends all attempts. REQUIRES: at least one address
Task<std::unique_ptr<Stream>> connect(std::vector<Address> addresses,
                                      std::chrono::milliseconds delay = kHappyEyeballsDelay);

/// Connects to a Unix socket; '@' begins the name of an abstract one. While the listener's queue is full, tries again.
/// Errors: std::system_error that names the path. Cancellation: ends it.
Task<std::unique_ptr<Stream>> connect_unix(std::string path);

}  // namespace indrik::net
