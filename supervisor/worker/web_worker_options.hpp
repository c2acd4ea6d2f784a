#pragma once
// What the settings say of serving, in the types of the web.

#include <memory>

#include "indrik/web/access_log.hpp"
#include "indrik/web/server_options.hpp"
#include "supervisor/worker/worker_process.hpp"

namespace indrik::supervisor {

/// Null when nothing is to be logged. Errors: std::system_error or std::invalid_argument, one line.
std::unique_ptr<web::AccessLogger> open_access_log(const Settings& settings);

/// Whether server_options() takes the settings. Errors: as there.
void check_server_options(const Settings& settings);

/// Lifetime: `access_log` outlives the server. Errors: ConfigError, one line that names the setting.
web::ServerOptions server_options(const WorkerContext& context,
                                  web::AccessLogger* access_log,
                                  std::shared_ptr<net::TLSContext> tls);

}  // namespace indrik::supervisor
