#pragma once
// TLS of the web worker: the context from the settings, and ticket keys that all workers have at the same time.

#include <array>
#include <cstdint>
#include <memory>

#include "indrik/core/task.hpp"
#include "indrik/net/tls_context.hpp"
#include "supervisor/config/settings.hpp"

namespace indrik::supervisor {

/// Made by the master before the first fork; every worker derives the same ticket keys from it, those of a later generation too.
/// So a session can be resumed by any of them, and no key is ever sent between processes.
using TicketSecret = std::array<char, 32>;

/// From the system's generator, without OpenSSL. Errors: std::system_error.
TicketSecret make_ticket_secret();

/// The context that the settings ask for, or null if they name no certificate.
/// Errors: ConfigError or std::system_error, one line that names the setting or the file.
std::shared_ptr<net::TLSContext> make_tls_context(const Settings& settings);

/// Keeps the keys current: a new one every twelve hours, by the clock, and the one before it for tickets that are still about. Ends
/// when it is cancelled. Lifetime: `context` and `secret` outlive the task.
Task<> rotate_ticket_keys(net::TLSContext& context, const TicketSecret& secret);

}  // namespace indrik::supervisor
