#pragma once
// TLS of the web worker, as the settings ask for it.

#include <memory>

#include "indrik/hooks.hpp"
#include "indrik/net/tls_context.hpp"
#include "supervisor/config/settings.hpp"

namespace indrik::supervisor {

/// The context that the settings ask for, changed by the hook if there is one; null if they name no certificate.
/// Errors: ConfigError or std::system_error, one line that names the setting or the file.
std::shared_ptr<net::TLSContext> make_tls_context(const Settings& settings, const Hooks& hooks);

}  // namespace indrik::supervisor
