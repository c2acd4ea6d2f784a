#pragma once
// Functions that the supervisor calls at the turns of its life and of its workers' (gunicorn's server hooks): from a module,
//
//   #include <indrik/hooks.hpp>
//   #include <indrik/web.hpp>
//
//   void set_hooks(indrik::Hooks& hooks) {
//       hooks.when_ready = [](indrik::HookServer& server) { server.log.info("{} workers serve", server.workers); };
//       hooks.child_exit = [](indrik::HookServer&, indrik::HookWorker& worker) { report_to_pager(worker.pid); };
//   }
//   INDRIK_HOOKS(set_hooks)                       // indrik app.so --hooks hooks.so
//
// or of a program of its own: indrik::run(argc, argv, make_app, hooks).
//
// Those of the master run in the master, which does nothing else meanwhile: they are quick, start no threads, and let
// nothing escape (what they throw is logged, but where said otherwise).

#include <cstdint>
#include <functional>
#include <optional>

#include <sys/types.h>

#include "indrik/core/logging.hpp"
#include "indrik/core/version.hpp"

struct ssl_ctx_st;

namespace indrik {

namespace web {
class Application;
class Request;
}  // namespace web

/// The master.
struct HookServer {
    pid_t pid;
    unsigned workers;     // that there should be
    unsigned generation;  // grows with each reload
    Logger log;
};

/// One worker.
struct HookWorker {
    pid_t pid;      // 0: not forked yet
    unsigned slot;  // from 0
    unsigned generation;
    Logger log;
};

/// Those that are not set cost nothing.
struct Hooks {
    template <class... Args>
    using Hook = std::function<void(Args...)>;

    // ---- in the master

    /// Before anything is opened. What it throws ends the start.
    Hook<HookServer&> on_starting;
    /// At the beginning of every reload.
    Hook<HookServer&> on_reload;
    /// When all workers serve for the first time.
    Hook<HookServer&> when_ready;
    Hook<HookServer&, HookWorker&> pre_fork;
    /// A worker has ended and is gone, whatever the reason.
    Hook<HookServer&, HookWorker&> child_exit;
    /// The number that there should be, and what it was; nothing at the start.
    Hook<HookServer&, unsigned, std::optional<unsigned>> nworkers_changed;
    /// Before a new master takes over (USR2).
    Hook<HookServer&> pre_exec;
    Hook<HookServer&> on_exit;

    // ---- in a worker

    /// Right after the fork, with the master's privileges still. What it throws is a failed start.
    Hook<HookServer&, HookWorker&> post_fork;
    /// After on_startup, before the first request. What it throws is a failed start.
    Hook<HookWorker&, web::Application&> post_worker_init;
    /// INT or QUIT has come.
    Hook<HookWorker&> worker_int;
    /// The last thing before the process ends by itself.
    Hook<HookWorker&> worker_exit;
    /// The worker is being aborted, because its loop is silent. Runs in the handler of SIGABRT: see signal-safety(7).
    void (*worker_abort)() = nullptr;
    /// Around every request that has a handler. Quick: the loop waits.
    Hook<HookWorker&, web::Request&> pre_request;
    /// `status` is the response's; 0: there was none.
    Hook<HookWorker&, web::Request&, int> post_request;
    /// Changes what OpenSSL lets one change, once for each set of certificates. What it throws is a failed start.
    Hook<ssl_ctx_st*> ssl_context;
};

/// What a hooks module tells its loader; as web::ApplicationModule.
struct HooksModule {
    static constexpr std::uint32_t kMagic = 0x6b6f6f68;  // "hook"
    static constexpr std::uint32_t kLayout = 1;

    std::uint32_t magic;
    std::uint32_t layout;
    const char* version;  // INDRIK_VERSION
    const char* abi;      // INDRIK_ABI
    std::uint64_t hooks_size;
    void (*set)(Hooks&);
};

}  // namespace indrik

/// Makes a shared object a hooks module; `function` is a void(indrik::Hooks&). At namespace scope, once; needs <indrik/web.hpp>.
#define INDRIK_HOOKS(function)                                                      \
    extern "C" {                                                                    \
    [[gnu::visibility("default")]] extern const ::indrik::HooksModule indrik_hooks; \
    const ::indrik::HooksModule indrik_hooks{::indrik::HooksModule::kMagic,         \
                                             ::indrik::HooksModule::kLayout,        \
                                             INDRIK_VERSION,                        \
                                             INDRIK_ABI,                            \
                                             sizeof(::indrik::Hooks),               \
                                             function};                             \
    }
