#pragma once
// Makes connections: address, socket, TLS.

#include <memory>
#include <string>

#include "indrik/client/url.hpp"
#include "indrik/core/task.hpp"
#include "indrik/net/stream.hpp"
#include "indrik/net/tls_context.hpp"

namespace indrik::client {

/// How to connect. Value type.
struct ConnectorOptions {
    std::shared_ptr<net::TLSContext> tls;  // null: the system's authorities
    std::string server_name;  // that the certificate must be for; "": the target's host
    std::string unix_socket;  // "": by the target's host and port
};

/// Connects to the target; the stream is encrypted if the target is. Lifetime: both arguments outlive the await.
/// Errors: ClientConnectorError. Cancellation: ends it.
Task<std::unique_ptr<net::Stream>> connect_to(const Target& target,
                                              const ConnectorOptions& options);

}  // namespace indrik::client
