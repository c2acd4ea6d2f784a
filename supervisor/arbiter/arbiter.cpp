#include "supervisor/arbiter/arbiter.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/eventfd.h>

#include "indrik/core/version.hpp"
#include "supervisor/arbiter/control_target.hpp"
#include "supervisor/config/values.hpp"
#include "supervisor/listeners/sockets.hpp"
#include "supervisor/system/pid_file.hpp"
#include "supervisor/system/process_title.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr int kBindTries = 5;
constexpr auto kBindPause = 1s;
constexpr auto kLongestSleep = 1s;
constexpr auto kSecondInterruptPatience = 2s;

// Two generations of as many workers as there may be, and old ones that take their time.
constexpr std::size_t kScoreboardLines = 4 * kMaxWorkers;

Settings load_into_folder(const SettingsLoader& loader) {
    Settings settings = loader.load();
    std::error_code error;
    if (!settings.chdir.empty()) std::filesystem::current_path(settings.chdir, error);
    if (error) {
        throw ConfigError(fmt::format("--chdir: {}: {}", quote(settings.chdir), error.message()));
    }
    return settings;
}

}  // namespace

Arbiter::Arbiter(SettingsLoader loader, WorkerProcess& process)
    : loader_(std::move(loader)),
      process_(process),
      settings_(load_into_folder(loader_)),
      error_log_(std::make_unique<ErrorLog>(settings_)),
      log_(error_log_->logger("indrik.arbiter")),
      wakeup_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      scoreboard_(kScoreboardLines),
      target_(settings_.workers) {
    if (!wakeup_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Arbiter::~Arbiter() = default;

int Arbiter::run() {
    const PidFile pid_file(settings_.pid);
    log_.info("Starting indrik {}", INDRIK_VERSION);
    raise_descriptor_limit();
    open_listeners();
    attach_control();
    attach_reloader();
    set_process_title("indrik: master");

    manage_workers();
    while (!is_finished()) {
        PollSet set(wake_at_);
        wait_for_events(set);
        handle_signals();
        notice_ready_workers();
        reap_workers();
        murder_workers();
        manage_workers();
        handle_sources(set);
    }
    log_.info("Shutting down: Master");
    return exit_code_;
}

void Arbiter::open_listeners() {
    listeners_.resize(target_);
    for (int tries = 1;; ++tries) {
        try {
            listeners_.open(settings_.bind, settings_.backlog);
            log_.info("Listening at: {}",
                      fmt::join(listeners_.urls(!settings_.certfile.empty()), ", "));
            return;
        } catch (const AddressInUse& error) {
            if (tries == kBindTries) throw;
            log_.error("Connection in use: {}", error.what());
            log_.error("Retrying in 1 second.");
        }
        if (!signals_.wait(kBindPause)) continue;
        handle_signals();
        if (is_stopping_) return;
    }
}

void Arbiter::wait_for_events(PollSet& set) {
    set.add(signals_.fd(), POLLIN);
    set.add(wakeup_.get(), POLLIN);
    for (const auto& source : sources_) source->add_to(set);
    set.wait();

    std::uint64_t ignored = 0;
    [[maybe_unused]] const auto read = ::read(wakeup_.get(), &ignored, sizeof ignored);
    wake_at_ = Clock::now() + kLongestSleep;
}

void Arbiter::handle_sources(const PollSet& set) {
    for (const auto& source : sources_) {
        if (source->handle(set)) wake_by(Clock::now());
    }
}

void Arbiter::wake_by(TimePoint time) {
    wake_at_ = std::min(wake_at_, time);
}

void Arbiter::handle_signals() {
    while (const auto number = signals_.next()) handle_signal(*number);
}

void Arbiter::handle_signal(int number) {
    if (number != SIGCHLD) log_.info("Handling signal: {}", signal_name(number));
    switch (number) {
        case SIGTERM:
            return handle_term();
        case SIGINT:
        case SIGQUIT:
            return handle_quit();
        case SIGHUP:
            return handle_hup();
        case SIGTTIN:
            return handle_ttin();
        case SIGTTOU:
            return handle_ttou();
        case SIGUSR1:
            return handle_usr1();
        default:  // SIGCHLD woke us, and that was its work; USR2 and WINCH have none yet
            return;
    }
}

void Arbiter::handle_term() {
    if (!is_stopping_) stop(SIGTERM);
}

// The first one ends quickly; one that comes during a stop says that the operator is out of patience.
void Arbiter::handle_quit() {
    if (!is_stopping_) return stop(SIGQUIT);
    const TimePoint limit = Clock::now() + kSecondInterruptPatience;
    for (auto& [pid, worker] : table_.workers()) {
        ::kill(pid, SIGQUIT);
        if (worker.kill_at) worker.kill_at = std::min(*worker.kill_at, limit);
    }
}

void Arbiter::handle_hup() {
    if (is_stopping_) return;
    if (reload_) {
        is_reload_wanted_ = true;
    } else {
        begin_reload();
    }
}

void Arbiter::handle_ttin() {
    ++scale_by_;
}

void Arbiter::handle_ttou() {
    --scale_by_;
}

void Arbiter::handle_usr1() {
    try {
        error_log_->reopen();
    } catch (const ConfigError& error) {
        log_.error("The log cannot be reopened: {}", error.what());
    }
    for (const auto& [pid, worker] : table_.workers()) ::kill(pid, SIGUSR1);
}

// Our copies of the sockets go first: each worker then takes what waits in its queue and closes the last copy.
void Arbiter::stop(int signal) {
    is_stopping_ = true;
    reload_.reset();
    listeners_.close();
    for (auto& [pid, worker] : table_.workers()) {
        if (!worker.is_retiring) retire(worker, signal);
    }
}

void Arbiter::halt(int exit_code, std::string reason) {
    if (is_stopping_) return;
    exit_code_ = exit_code;
    failure_ = std::move(reason);
    log_.critical("{}", failure_);
    stop(SIGQUIT);
}

}  // namespace indrik::supervisor
