#pragma once
// What the arbiter tells others: its hooks, systemd, and the command that waits for a daemon to start. The arbiter calls one
// of these at each turn of its life; what has changed since the last look, the announcer finds out by itself.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/core/logging.hpp"
#include "indrik/hooks.hpp"
#include "supervisor/arbiter/scoreboard.hpp"
#include "supervisor/system/daemon.hpp"
#include "supervisor/system/systemd.hpp"

namespace indrik::supervisor {

struct WorkerContext;

/// How the arbiter is.
struct ArbiterState {
    unsigned workers = 0;  // that there should be
    unsigned serving = 0;  // of the present generation
    unsigned generation = 1;
    bool is_reloading = false;
    bool is_stopping = false;
    bool is_beating = false;  // somebody who serves has been heard of just now
};

class Announcer {
public:
    /// Lifetime: `report` outlives it, or is null.
    Announcer(Hooks hooks, StartReport* report);

    /// Before anything is opened. Errors: ConfigError when the hook throws.
    void starting(const ArbiterState& state, const Logger& log);
    /// In each turn of the loop: whether everybody serves, how many there are, the watchdog. Returns when it must be called
    /// again at the latest.
    TimePoint look(const ArbiterState& state, const Logger& log);
    void reloading(const ArbiterState& state, const Logger& log);
    void forking(unsigned slot, unsigned generation, const ArbiterState& state, const Logger& log);
    /// In the child: gives the worker its hooks, and lets go of what is the master's.
    void forked(WorkerContext& context, const ArbiterState& state, const Logger& log);
    void child_exited(pid_t pid,
                      unsigned slot,
                      unsigned generation,
                      const ArbiterState& state,
                      const Logger& log);
    /// For the upgrade: before exec, and when the new master serves.
    void executing(const ArbiterState& state, const Logger& log);
    void handed_over(pid_t new_master) {
        systemd_.main_pid(new_master);
        systemd_.fall_silent();
    }
    void exiting(const ArbiterState& state, const Logger& log);

    const Hooks& hooks() const { return hooks_; }

private:
    enum class Phase { Starting, Ready, Reloading, Stopping };

    void enter(Phase phase, const ArbiterState& state, const Logger& log);
    TimePoint feed_watchdog(const ArbiterState& state);
    template <class Hook, class... Args>
    void call(const char* name, const Logger& log, const Hook& hook, Args&&... args);

    Hooks hooks_;
    StartReport* report_;
    ServiceNotifier systemd_;
    Phase phase_ = Phase::Starting;
    std::string status_;  // the last one that systemd was told
    std::optional<unsigned> workers_;
    bool was_ready_ = false;
    TimePoint watchdog_due_{};
};

}  // namespace indrik::supervisor
