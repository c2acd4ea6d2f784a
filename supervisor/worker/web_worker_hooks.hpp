#pragma once
// Hooks of the web: how they are loaded from a module, and how a server calls those of requests.

#include <memory>
#include <string>

#include "indrik/hooks.hpp"

namespace indrik::web {
class RequestObserver;
}

namespace indrik::supervisor {

struct WorkerContext;

/// Lets the module at `path` set its hooks; does nothing if the path is empty. The module stays loaded.
/// Errors: ConfigError, one line that names the setting and the file.
void load_hooks(const std::string& path, Hooks& hooks);

/// Calls pre_request and post_request; null if neither is set. Lifetime: the context outlives it.
std::unique_ptr<web::RequestObserver> observe_requests(WorkerContext& context);

}  // namespace indrik::supervisor
