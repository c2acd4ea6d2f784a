#pragma once
// What a worker does after the fork: the seam between the supervisor and what it supervises. The real one is WebWorker.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "indrik/core/unique_fd.hpp"
#include "indrik/hooks.hpp"
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
    /// Of its slot, in the order of settings.bind.
    std::vector<UniqueFd> sockets;
    pid_t master;
    int wakeup_fd;  // an eventfd of the master's
    /// Where the master cannot steer connections, a worker's sockets begin to listen when it is ready.
    bool must_listen = false;
    /// Through which the master lends sockets of other slots (worker/channel.hpp).
    UniqueFd channel = {};
    const Hooks* hooks = nullptr;
    std::optional<HookServer> server = {};  // for the hooks
    const ReloadContext* reload = nullptr;  // null without --reload

    /// The worker serves: the master may now retire the one that it replaces.
    void mark_ready();
    /// The worker has begun to end by itself: the master may start the next one.
    void mark_retiring();
    /// The worker wishes to be replaced; until then it serves.
    void ask_for_replacement(RecyclingReason reason);
    /// Why the worker is about to exit; the master logs it.
    void mark_failed(std::string_view reason) { line.set_failure(reason); }
    /// Itself, as hooks see it.
    HookWorker as_hook_worker() const;

private:
    void wake_master() const;
};

/// Lifetime of the descriptors: they belong to whoever made it.
struct Bequest {
    static constexpr std::size_t kMostNumbers = 200;
    static constexpr std::size_t kMostDescriptors = 201;
    std::vector<int> descriptors;
    std::vector<std::uint64_t> numbers;
};

/// What one master's worker process tells another's while one takes the other's place (SIGUSR2), in a form of its own.
/// Lifetime of the descriptors: they belong to whoever made it. At most 200 of them, and 4 KiB.
struct MasterNews {
    std::string bytes;
    std::vector<int> descriptors;
};

/// Interface. Made in the master before the first fork, so it holds no threads, sockets or loops.
class WorkerProcess {
public:
    virtual ~WorkerProcess() = default;
    /// For --check-config, in a process that does nothing else: as much of run() as can be tried without serving.
    /// Errors: ConfigError.
    virtual void check(const Settings&, const Hooks&) {}
    /// In the child, before it becomes --user: what only root may read.
    /// Errors: ConfigError or std::system_error, one line.
    virtual void prepare(const Settings&, const Hooks&) {}
    /// With --preload, in the process that the workers of a generation are forked from, after prepare() and as --user: what
    /// they can share. Errors: ConfigError. REQUIRES: starts no threads.
    virtual void preload(const Settings&) {}
    /// In the master, around each fork, also of one that fails: what the child is to be given is made here.
    virtual void before_fork() {}
    virtual void after_fork() {}
    /// In the master: a child has been reaped, so what was kept for it may go.
    virtual void child_ended() {}
    /// With --preload the child comes from another process: what before_fork() made, in the form in which it is sent there.
    virtual Bequest bequest() { return {}; }
    /// In such a child, before run(): takes it.
    virtual void inherit(std::vector<UniqueFd> /*descriptors*/,
                         std::span<const std::uint64_t> /*numbers*/) {}
    /// In a master that starts another: all that the new one is to know.
    virtual std::vector<MasterNews> news_for_successor() { return {}; }
    /// In a master that has another beside it, after a fork: what the other is to know of it.
    virtual std::vector<MasterNews> news_of_fork() { return {}; }
    /// In such a master: what the other has told. It may be of another version; what is not understood is left.
    virtual void hear(std::string_view /*bytes*/, std::vector<UniqueFd> /*descriptors*/) {}
    /// Runs in the child until the worker is done. Signals have been reset (see reset_signals_in_child); the heartbeat is
    /// the worker's own business from here on. Returns the exit code.
    virtual int run(WorkerContext& context) = 0;
    /// In a child that ends then: loads what a worker would load, from `module_path` unless that is empty.
    virtual TrialOutcome try_out(const Settings&, const std::string& /*module_path*/) { return {}; }
};

/// In the child: names the process, ends with the master, runs, and exits.
[[noreturn]] void become_worker(WorkerProcess& process, WorkerContext& context);

}  // namespace indrik::supervisor
