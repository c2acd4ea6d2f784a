#include "supervisor/arbiter/announcer.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/worker/worker_process.hpp"

namespace indrik::supervisor {
namespace {

HookServer server_of(const ArbiterState& state, const Logger& log) {
    return {::getpid(), state.workers, state.generation, log};
}

std::string status_of(const ArbiterState& state) {
    if (state.is_stopping) return "Stopping";
    if (state.is_reloading) return fmt::format("Reloading; {} workers serve", state.serving);
    return fmt::format("{} of {} workers serve", state.serving, state.workers);
}

}  // namespace

Announcer::Announcer(Hooks hooks, StartReport* report)
    : hooks_(std::move(hooks)), report_(report) {}

template <class Hook, class... Args>
void Announcer::call(const char* name, const Logger& log, const Hook& hook, Args&&... args) {
    if (!hook) return;
    try {
        hook(std::forward<Args>(args)...);
    } catch (const std::exception& error) {
        log.error("The hook {} threw: {}", name, error.what());
    } catch (...) {
        log.error("The hook {} threw what is no std::exception", name);
    }
}

void Announcer::starting(const ArbiterState& state, const Logger& log) {
    if (!hooks_.on_starting) return;
    HookServer server = server_of(state, log);
    try {
        hooks_.on_starting(server);
    } catch (const std::exception& error) {
        throw ConfigError(fmt::format("--hooks: on_starting threw: {}", error.what()));
    }
}

TimePoint Announcer::look(const ArbiterState& state, const Logger& log) {
    if (workers_ != state.workers) {
        HookServer server = server_of(state, log);
        const auto before = std::exchange(workers_, state.workers);
        call("nworkers_changed", log, hooks_.nworkers_changed, server, state.workers, before);
    }
    if (state.is_stopping) {
        enter(Phase::Stopping, state, log);
    } else if (!state.is_reloading && (was_ready_ || state.serving >= state.workers)) {
        enter(Phase::Ready, state, log);
    }
    if (const std::string status = status_of(state); status != status_) {
        status_ = status;
        systemd_.status(status);
    }
    return feed_watchdog(state);
}

void Announcer::enter(Phase phase, const ArbiterState& state, const Logger& log) {
    if (phase_ == phase) return;
    phase_ = phase;
    status_ = status_of(state);
    if (phase == Phase::Stopping) return systemd_.stopping(status_);
    systemd_.ready(status_);
    if (std::exchange(was_ready_, true)) return;
    if (report_ != nullptr) report_->ready();
    HookServer server = server_of(state, log);
    call("when_ready", log, hooks_.when_ready, server);
}

// Workers that hang are the master's business, and systemd's only when nobody is left who beats.
TimePoint Announcer::feed_watchdog(const ArbiterState& state) {
    const TimePoint now = Clock::now();
    const auto interval = systemd_.watchdog_interval();
    if (!interval) return now + std::chrono::hours(1);
    const bool is_well = state.is_beating || state.is_stopping || state.workers == 0;
    if (now >= watchdog_due_ && is_well) {
        systemd_.watchdog();
        watchdog_due_ = now + *interval;
    }
    return std::max(watchdog_due_, now + std::chrono::milliseconds(200));
}

void Announcer::reloading(const ArbiterState& state, const Logger& log) {
    if (was_ready_) {
        phase_ = Phase::Reloading;
        status_ = fmt::format("Reloading; {} workers serve", state.serving);
        systemd_.reloading(status_);
    }
    HookServer server = server_of(state, log);
    call("on_reload", log, hooks_.on_reload, server);
}

void Announcer::forking(unsigned slot,
                        unsigned generation,
                        const ArbiterState& state,
                        const Logger& log) {
    if (!hooks_.pre_fork) return;
    HookServer server = server_of(state, log);
    HookWorker worker{0, slot, generation, log};
    call("pre_fork", log, hooks_.pre_fork, server, worker);
}

void Announcer::forked(WorkerContext& context, const ArbiterState& state, const Logger& log) {
    if (report_ != nullptr) report_->abandon();
    forget_service_manager();
    context.hooks = &hooks_;
    context.server.emplace(server_of(state, log));
    context.server->pid = context.master;
}

void Announcer::child_exited(
    pid_t pid, unsigned slot, unsigned generation, const ArbiterState& state, const Logger& log) {
    if (!hooks_.child_exit) return;
    HookServer server = server_of(state, log);
    HookWorker worker{pid, slot, generation, log};
    call("child_exit", log, hooks_.child_exit, server, worker);
}

void Announcer::executing(const ArbiterState& state, const Logger& log) {
    HookServer server = server_of(state, log);
    call("pre_exec", log, hooks_.pre_exec, server);
}

void Announcer::exiting(const ArbiterState& state, const Logger& log) {
    HookServer server = server_of(state, log);
    call("on_exit", log, hooks_.on_exit, server);
}

}  // namespace indrik::supervisor
