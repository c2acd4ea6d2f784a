// The part of the arbiter that gives birth to workers, watches them and buries them.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/arbiter/arbiter.hpp"
#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/config/values.hpp"
#include "supervisor/reload/reloader.hpp"
#include "supervisor/system/cpus.hpp"
#include "supervisor/system/memory.hpp"
#include "supervisor/worker/channel.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr auto kAbortPatience = 4s;  // between SIGABRT and SIGKILL: a report may take three
constexpr auto kForkPause = 1s;      // after a fork that failed
constexpr auto kOwnSleep = 1500ms;   // the loop never waits so long by itself
constexpr auto kBootAlone = 500ms;   // as long as a worker boots, others may have to wait
constexpr auto kSilence = 1s;
constexpr auto kLookAtSilent = 100ms;

double seconds(Clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

// It said why. A worker that has served may exit as it likes: that is the application's business.
bool has_given_up(const Worker& worker, int status) {
    return !worker.ready_since && WIFEXITED(status) &&
           WEXITSTATUS(status) != exit_codes::kSuccess && worker.line->failure[0] != '\0';
}

std::string boot_complaint(int exit_code) {
    if (exit_code == exit_codes::kConfiguration) return "";  // the reason names the setting
    if (exit_code == exit_codes::kApplicationLoad) return "The application cannot be loaded: ";
    return "The application does not start: ";
}

// In gunicorn's words, which operators know.
std::string describe_death(const Worker& worker, int status) {
    if (WIFSIGNALED(status)) {
        const int signal = WTERMSIG(status);
        const bool is_ours = worker.is_aborted || worker.is_retiring;
        return fmt::format("Worker (pid:{}) was sent {}!{}",
                           worker.pid,
                           signal_name(signal),
                           signal == SIGKILL && !is_ours ? " Perhaps out of memory?" : "");
    }
    const std::string reason = worker.line->failure_text();
    return fmt::format("Worker (pid:{}) exited with code {}{}{}",
                       worker.pid,
                       WEXITSTATUS(status),
                       reason.empty() ? "" : ": ",
                       reason);
}

}  // namespace

void Arbiter::manage_workers() {
    watch_preloaders();
    if (is_stopping_) return;
    recycle_workers();
    finish_reload_when_ready();
    if (reload_) {
        spawn_missing(reload_->generation, reload_->settings, reload_->settings.workers);
    } else {
        if (!successor_ && !predecessor_) scale();
        spawn_missing(generation_, settings_, target_);
    }
    retire_surplus();
}

// A worker of a slot that closes serves until it is closed.
void Arbiter::retire_surplus() {
    const unsigned last = target_ == 0 ? 0 : listeners_.slots();
    for (auto& [pid, worker] : table_.workers()) {
        const bool is_current = worker.generation == generation_ && worker.slot < last;
        const bool is_next = reload_ && worker.generation == reload_->generation;
        if (!is_current && !is_next && !worker.is_retiring) retire(worker, SIGTERM);
    }
}

void Arbiter::scale() {
    if (target_ == 0 && scale_by_ < 0) scale_by_ = 0;  // at rest there is nobody to take away
    if (scale_by_ == 0) return;
    const int wanted = static_cast<int>(target_) + std::exchange(scale_by_, 0);
    const auto target = static_cast<unsigned>(std::clamp(wanted, 1, static_cast<int>(kMaxWorkers)));
    try {
        listeners_.resize(std::max(target, listeners_.slots()));
        target_ = target;
        log_.info("Workers: {}", target_);
    } catch (const std::exception& error) {
        log_.error("The number of workers stays {}: {}", target_, error.what());
    }
}

void Arbiter::spawn_missing(unsigned generation, const Settings& settings, unsigned count) {
    const TimePoint now = Clock::now();
    for (unsigned slot = 0; slot < count && !is_stopping_; ++slot) {
        if (table_.find(slot, generation) != nullptr) continue;
        const TimePoint not_before = table_.backoff(slot).not_before();
        if (not_before > now) {
            wake_by(not_before);
        } else if (may_boot(now)) {
            spawn(slot, generation, settings);
        }
    }
}

// What boots takes CPU time from those who serve. While others do, half of the CPUs are theirs; a boot that takes longer than a
// moment is waiting for something else.
bool Arbiter::may_boot(TimePoint now) {
    const bool do_others_serve = reload_ || (predecessor_ && !predecessor_->was_told());
    if (!do_others_serve) return true;
    unsigned booting = 0;
    TimePoint next_look = TimePoint::max();
    for (const auto& [pid, worker] : table_.workers()) {
        if (worker.ready_since || now - worker.started >= kBootAlone) continue;
        ++booting;
        next_look = std::min(next_look, worker.started + kBootAlone);
    }
    if (booting < std::max(1U, usable_cpus() / 2)) return true;
    wake_by(next_look);
    return false;
}

void Arbiter::spawn(unsigned slot, unsigned generation, const Settings& settings) {
    if (settings.preload && !is_preloaded(generation, settings)) return;
    ScoreLine* const line = scoreboard_.claim(slot, generation);
    if (line == nullptr) {
        log_.error("No worker can be started: too many old ones have not ended yet");
        return;
    }
    UniqueFd channel;
    UniqueFd channel_of_worker;
    try {
        std::tie(channel, channel_of_worker) = make_channel();
    } catch (const std::system_error& error) {  // no descriptors left
        log_.error("No worker can be started: {}", error.what());
        scoreboard_.release(*line);
        return wake_by(Clock::now() + kForkPause);
    }
    announcer_.forking(slot, generation, state(), log_);
    std::fflush(nullptr);  // or both processes would write what is in the buffers
    const pid_t master = ::getpid();
    process_.before_fork();
    const pid_t pid =
        settings.preload
            ? fork_preloaded(slot, generation, settings, *line, channel_of_worker.get())
            : ::fork();
    if (pid == 0) run_worker(slot, settings, *line, std::move(channel_of_worker), master);
    process_.after_fork();
    if (pid > 0) tell_of_fork();
    if (pid < 0) {
        log_.error("fork: {}", std::generic_category().message(errno));
        scoreboard_.release(*line);
        return wake_by(Clock::now() + kForkPause);
    }
    line->pid = pid;
    Worker worker;
    worker.pid = pid;
    worker.slot = slot;
    worker.generation = generation;
    worker.line = line;
    worker.channel = std::move(channel);
    worker.started = Clock::now();
    worker.timeout = settings.timeout;
    worker.boot_timeout = settings.boot_timeout;
    worker.graceful_timeout = settings.graceful_timeout;
    table_.add(std::move(worker));
    metrics_.worker_started();
    ++books_.spawned;
    log_.info("Booting worker with pid: {}", pid);
}

/// In a fresh child: closes what is the master's alone, but for the listening sockets.
void Arbiter::become_child() {
    signals_.abandon();
    table_.workers().clear();  // the master's ends of the channels
    successor_.reset();
    predecessor_.reset();
    metrics_.abandon();
    for (const auto& source : sources_) source->abandon();
}

void Arbiter::run_worker(
    unsigned slot, const Settings& settings, ScoreLine& line, UniqueFd channel, pid_t master) {
    become_child();
    reset_signals_in_child();
    WorkerContext context{settings,
                          *error_log_,
                          line,
                          listeners_.take(slot, settings.bind),
                          master,
                          wakeup_.get(),
                          listeners_.steering_error() != std::error_code(),
                          std::move(channel)};
    const ReloadContext reload = reload_context(line.generation);
    if (reloader_ != nullptr) context.reload = &reload;
    announcer_.forked(context, state(), log_);
    become_worker(process_, context);
}

void Arbiter::retire(Worker& worker, int signal) {
    ::kill(worker.pid, signal);
    worker.is_retiring = true;
    worker.line->state = WorkerState::Retiring;
    const TimePoint limit = Clock::now() + worker.graceful_timeout;
    worker.kill_at = worker.kill_at ? std::min(*worker.kill_at, limit) : limit;
}

void Arbiter::notice_ready_workers() {
    for (auto& [pid, worker] : table_.workers()) {
        const WorkerState state = worker.line->state.load();
        if (state == WorkerState::Retiring && !worker.is_retiring) {  // somebody else told it to
            worker.is_retiring = true;
            worker.kill_at = Clock::now() + worker.graceful_timeout;
        }
        if (worker.ready_since || state != WorkerState::Ready) continue;
        worker.ready_since = Clock::now();
        was_ever_ready_ = true;
        if (table_.serving(generation_) == target_) release_program_text();
        log_.debug("Worker (pid:{}) is ready in slot {}, generation {}",
                   pid,
                   worker.slot,
                   worker.generation);
    }
}

void Arbiter::reap_workers() {
    for (;;) {
        int status = 0;
        const pid_t pid = ::waitpid(-1, &status, WNOHANG);
        if (pid <= 0) return;
        if (successor_ && pid == successor_->pid()) {
            successor_died(status);
            continue;
        }
        if (reloader_ != nullptr && reloader_->child_ended(pid, status)) continue;
        Worker* const found = table_.find(pid);
        if (found == nullptr) {  // adopted by PID 1, or started by whoever started us
            log_.debug("Reaped an unknown child (pid:{})", pid);
            continue;
        }
        const Worker worker = std::move(*found);
        table_.remove(pid);
        metrics_.worker_ended(*worker.line, worker.is_retiring || is_stopping_);
        worker_died(worker, status);
        process_.child_ended();
        announcer_.child_exited(pid, worker.slot, worker.generation, state(), log_);
        scoreboard_.release(*worker.line);
    }
}

void Arbiter::worker_died(const Worker& worker, int status) {
    const bool is_expected = worker.is_retiring || is_stopping_;
    // Its siblings fail as the one did whose failure made us stop; that was logged.
    if (is_expected && !worker.ready_since && !failure_.empty()) return;
    if (!is_expected && has_given_up(worker, status)) {
        return boot_failed(worker, WEXITSTATUS(status), worker.line->failure_text());
    }
    if (!is_expected && !worker.ready_since && !was_ever_ready_) {
        return boot_failed(worker, exit_codes::kWorkerBoot, describe_death(worker, status));
    }
    log_death(worker, status);
    if (is_expected) return;
    ++books_.died;
    if (reload_ && worker.generation == reload_->generation) {
        return abort_reload(describe_death(worker, status));
    }
    note_death(worker);
    if (is_stopping_ || worker.is_leaving) return;
    const auto pause = table_.backoff(worker.slot).worker_died(Clock::now(), worker.ready_since);
    if (pause > 0ms) {
        log_.warning("The workers of slot {} keep dying; the next one starts in {} ms",
                     worker.slot,
                     pause.count());
    }
}

void Arbiter::log_death(const Worker& worker, int status) const {
    if (WIFEXITED(status) && WEXITSTATUS(status) == exit_codes::kSuccess) {
        log_.info("Worker exiting (pid: {})", worker.pid);
    } else {
        log_.error("{}", describe_death(worker, status));
    }
}

// The application does not start. While somebody serves there is hope, and the slot tries again, ever more rarely; when
// nobody does, whoever started us must know.
void Arbiter::boot_failed(const Worker& worker, int exit_code, const std::string& reason) {
    const std::string what = boot_complaint(exit_code);
    ++books_.boot_failures;
    books_.last_boot_failure = what + reason;
    if (reload_ && worker.generation == reload_->generation) return abort_reload(what + reason);
    const bool fails_upgrade = predecessor_ && !predecessor_->was_told();
    if (fails_upgrade || !table_.is_anybody_serving()) {
        const bool is_unexpected = exit_code == exit_codes::kUnexpected;
        return halt(is_unexpected ? exit_codes::kWorkerBoot : exit_code, what + reason);
    }

    note_death(worker);
    const auto pause = table_.backoff(worker.slot).worker_died(Clock::now(), worker.ready_since);
    log_.error("{}{} (worker (pid:{}); the next one starts in {} ms)",
               what,
               reason,
               worker.pid,
               pause.count());
}

void Arbiter::note_death(const Worker& worker) {
    const TimePoint now = Clock::now();
    crash_loop_.worker_died(now, worker.ready_since);
    if (table_.is_anybody_serving() ||
        !crash_loop_.has_reached(settings_.crash_limit, settings_.crash_window, now))
        return;
    halt(exit_codes::kWorkerBoot,
         fmt::format("{} workers died within {} s and nobody serves (--crash-limit): giving up",
                     settings_.crash_limit,
                     std::chrono::duration<double>(settings_.crash_window).count()));
}

void Arbiter::murder_workers() {
    const TimePoint now = Clock::now();
    // A master that was stopped itself cannot tell who was silent meanwhile: its waking counts as a beat of everybody.
    if (now - last_watch_ > kOwnSleep) awake_since_ = now;
    last_watch_ = now;
    for (auto& [pid, worker] : table_.workers()) {
        if (worker.kill_at && now >= *worker.kill_at) {
            log_.warning("Killing worker (pid:{}): it did not end in time", pid);
            ::kill(pid, SIGKILL);
            ++books_.killed;
            worker.kill_at.reset();
        }
        note_silence(worker, now);
        if (!worker.is_aborted) abort_if_silent(worker, now);
        if (worker.kill_at) wake_by(*worker.kill_at);
    }
}

// Silent, but not yet for --timeout: connections go to its siblings meanwhile, those in its queue as well.
void Arbiter::note_silence(Worker& worker, TimePoint now) {
    if (!worker.is_serving()) return;
    const TimePoint limit = std::max(worker.line->last_beat(), awake_since_) + kSilence;
    const bool is_silent = now > limit;
    if (is_silent && !worker.is_silent) {
        log_.warning(
            "Worker (pid:{}) is silent; its siblings serve slot {}", worker.pid, worker.slot);
    } else if (!is_silent && worker.is_silent) {
        log_.info("Worker (pid:{}) answers again", worker.pid);
    }
    worker.is_silent = is_silent;
    wake_by(is_silent ? now + kLookAtSilent : limit + 1ms);
}

// Silence counts from the first instant on; who boots must be ready in time, too.
void Arbiter::abort_if_silent(Worker& worker, TimePoint now) {
    TimePoint silent_at = TimePoint::max();
    TimePoint late_at = TimePoint::max();
    if (worker.timeout > 0ms)
        silent_at = std::max(worker.line->last_beat(), awake_since_) + worker.timeout;
    if (!worker.ready_since && worker.boot_timeout > 0ms)
        late_at = std::max(worker.started, awake_since_) + worker.boot_timeout;
    const TimePoint deadline = std::min(silent_at, late_at);
    if (deadline == TimePoint::max()) return;
    if (now <= deadline) return wake_by(deadline + 1ms);
    if (now > silent_at) {
        log_.critical(
            "WORKER TIMEOUT (pid:{}): its loop has been silent for {:.1f} s, --timeout is {:.1f} "
            "s. This is no limit on requests: something blocks the loop; the worker's report says "
            "what.",
            worker.pid,
            seconds(now - worker.line->last_beat()),
            seconds(worker.timeout));
    } else {
        log_.critical("WORKER TIMEOUT (pid:{}): it is not ready after {:.1f} s (--boot-timeout)",
                      worker.pid,
                      seconds(worker.boot_timeout));
    }
    worker.is_aborted = true;
    worker.kill_at = now + kAbortPatience;
    ::kill(worker.pid, SIGABRT);
}

}  // namespace indrik::supervisor
