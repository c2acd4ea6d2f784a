#pragma once
// What a worker does after the fork: the seam between the supervisor and what it supervises. The real one is WebWorker.

#include <string_view>
#include <vector>

#include <unistd.h>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/arbiter/scoreboard.hpp"
#include "supervisor/config/settings.hpp"
#include "supervisor/system/error_log.hpp"

namespace indrik::supervisor {

/// All that a worker has of the master's. Lifetime: outlives WorkerProcess::run().
struct WorkerContext {
    const Settings& settings;
    ErrorLog& log;
    ScoreLine& line;
    /// Of its slot, in the order of settings.bind. Those of a new slot do not listen yet.
    std::vector<UniqueFd> sockets;
    pid_t master;
    int wakeup_fd;  // an eventfd of the master's

    /// The worker serves: the master may now retire the one that it replaces.
    void mark_ready();
    /// Why the worker is about to exit; the master logs it.
    void mark_failed(std::string_view reason) { line.set_failure(reason); }
};

/// Interface. Made in the master before the first fork, so it holds no threads, sockets or loops.
class WorkerProcess {
public:
    virtual ~WorkerProcess() = default;
    /// In the master, around each fork, also of one that fails: what the child is to be given is made here.
    virtual void before_fork() {}
    virtual void after_fork() {}
    /// Runs in the child until the worker is done. Signals have been reset (see reset_signals_in_child); the heartbeat is
    /// the worker's own business from here on. Returns the exit code.
    virtual int run(WorkerContext& context) = 0;
};

/// In the child: names the process, ends with the master, runs, and exits.
[[noreturn]] void become_worker(WorkerProcess& process, WorkerContext& context);

}  // namespace indrik::supervisor
