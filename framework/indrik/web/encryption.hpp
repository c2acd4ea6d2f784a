#pragma once
// Connections over TLS: the handshake, and then the same life as any other connection's.

#include <memory>

#include "indrik/core/task.hpp"
#include "indrik/net/stream.hpp"
#include "indrik/web/admission.hpp"

namespace indrik::web {

class Server;

/// Shakes hands within the header timeout and serves. A client that speaks plain HTTP is told so (400); whoever does not finish the
/// handshake is dropped with a line at debug level. Lifetime: the server, whose options have a TLS context, outlives the task.
Task<> serve_encrypted(Server& server,
                       Admission::Ticket ticket,
                       std::unique_ptr<net::Stream> transport);

}  // namespace indrik::web
