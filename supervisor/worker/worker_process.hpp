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
    /// Of its slot, in the order of settings.bind.
    std::vector<UniqueFd> sockets;
    pid_t master;
    int wakeup_fd;  // an eventfd of the master's
    /// Where the master cannot steer connections, a worker's sockets begin to listen when it is ready.
    bool must_listen;
    /// Through which the master lends sockets of other slots (worker/channel.hpp).
    UniqueFd channel;

    /// The worker serves: the master may now retire the one that it replaces.
    void mark_ready();
    /// The worker has begun to end by itself: the master may start the next one.
    void mark_retiring();
    /// The worker wishes to be replaced; until then it serves.
    void ask_for_replacement(RecyclingReason reason);
    /// Why the worker is about to exit; the master logs it.
    void mark_failed(std::string_view reason) { line.set_failure(reason); }

private:
    void wake_master() const;
};

/// Interface. Made in the master before the first fork, so it holds no threads, sockets or loops.
class WorkerProcess {
public:
    virtual ~WorkerProcess() = default;
    /// Runs in the child until the worker is done. Signals have been reset (see reset_signals_in_child); the heartbeat is
    /// the worker's own business from here on. Returns the exit code.
    virtual int run(WorkerContext& context) = 0;
};

/// In the child: names the process, ends with the master, runs, and exits.
[[noreturn]] void become_worker(WorkerProcess& process, WorkerContext& context);

}  // namespace indrik::supervisor
