#pragma once
// The worker's threads for blocking calls: the supervisor makes them, --threads says how many there may be.
//
//   ThreadPoolExecutor& threads = request.app().get(web::kThreadPool);
//   const std::string text = co_await run_in_executor(threads, read_file, path);
//
// No thread is started before the first call. Without the supervisor an application makes a pool of its own.

#include "indrik/core/thread_executor.hpp"
#include "indrik/web/app_key.hpp"

namespace indrik::web {

/// Where the supervisor puts it. Stays until the application has gone, on_cleanup included.
extern const AppKey<ThreadPoolExecutor> kThreadPool;

}  // namespace indrik::web
