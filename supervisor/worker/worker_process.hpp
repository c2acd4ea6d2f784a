#pragma once
// What a worker does after the fork: the seam between the supervisor and what it supervises. The real one is WebWorker.

#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/arbiter/scoreboard.hpp"
#include "supervisor/config/settings.hpp"
#include "supervisor/system/error_log.hpp"

namespace indrik::supervisor {

class ReloadNotice;

/// What --reload adds to a worker.
struct ReloadContext {
    std::string module_path;  // where the module is to be loaded from; empty: from its own file
    const ReloadNotice* notice = nullptr;  // what browsers are shown
};

/// What came of loading the application without serving it.
struct TrialOutcome {
    std::string failure;               // empty: it went well
    std::vector<std::string> folders;  // of templates and static files
};

/// All that a worker has of the master's. Lifetime: outlives WorkerProcess::run().
struct WorkerContext {
    const Settings& settings;
    ErrorLog& log;
    ScoreLine& line;
    /// Of its slot, in the order of settings.bind. Those of a new slot do not listen yet.
    std::vector<UniqueFd> sockets;
    pid_t master;
    int wakeup_fd;                          // an eventfd of the master's
    const ReloadContext* reload = nullptr;  // null without --reload

    /// The worker serves: the master may now retire the one that it replaces.
    void mark_ready();
    /// Why the worker is about to exit; the master logs it.
    void mark_failed(std::string_view reason) { line.set_failure(reason); }
};

/// Interface. Made in the master before the first fork, so it holds no threads, sockets or loops.
class WorkerProcess {
public:
    virtual ~WorkerProcess() = default;
    /// Runs in the child until the worker is done. Signals have been reset (see reset_signals_in_child); the heartbeat is
    /// the worker's own business from here on. Returns the exit code.
    virtual int run(WorkerContext& context) = 0;
    /// In a child that ends then: loads what a worker would load, from `module_path` unless that is empty.
    virtual TrialOutcome try_out(const Settings&, const std::string& /*module_path*/) { return {}; }
};

/// In the child: names the process, ends with the master, runs, and exits.
[[noreturn]] void become_worker(WorkerProcess& process, WorkerContext& context);

}  // namespace indrik::supervisor
