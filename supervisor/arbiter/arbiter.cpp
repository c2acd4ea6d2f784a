#include "supervisor/arbiter/arbiter.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/eventfd.h>

#include "indrik/core/version.hpp"
#include "supervisor/arbiter/control_target.hpp"
#include "supervisor/config/values.hpp"
#include "supervisor/listeners/sockets.hpp"
#include "supervisor/system/privileges.hpp"
#include "supervisor/system/process_setup.hpp"
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
    change_folder(settings);
    own_log_files(settings);
    return settings;
}

}  // namespace

Arbiter::Arbiter(SettingsLoader loader,
                 WorkerProcess& process,
                 Invocation invocation,
                 Hooks hooks,
                 StartReport* report)
    : loader_(std::move(loader)),
      process_(process),
      invocation_(std::move(invocation)),
      settings_(load_into_folder(loader_)),
      error_log_(std::make_unique<ErrorLog>(settings_)),
      log_(error_log_->logger("indrik.arbiter")),
      wakeup_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      scoreboard_(kScoreboardLines),
      announcer_(std::move(hooks), report),
      target_(settings_.workers) {
    if (!wakeup_) throw std::system_error(errno, std::generic_category(), "eventfd");
    capture_output(settings_, *error_log_);
    predecessor_ = Predecessor::find();
    if (predecessor_) listen_to(predecessor_->link());
    std::vector<InheritedEndpoint> inherited = inherit_sockets(predecessor_.has_value());
    if (inherited.empty()) inherited = take_descriptors(settings_.bind);
    for (const InheritedEndpoint& endpoint : inherited) {
        if (endpoint.sharing == Sharing::Inherited) inherited_bind_.push_back(endpoint.address);
    }
    if (!inherited_bind_.empty()) settings_.bind = inherited_bind_;
    listeners_.adopt(std::move(inherited));
    inherited_slots_ = listeners_.slots();
}

Arbiter::~Arbiter() = default;

int Arbiter::run() {
    announcer_.starting(state(), log_);
    if (!settings_.pid.empty()) pid_file_.emplace(initial_pid_path());
    log_.info("Starting indrik {}", INDRIK_VERSION);
    warn_of_root(settings_, log_);
    raise_descriptor_limit();
    open_listeners();
    if (!predecessor_) metrics_.open(settings_, log_);  // the old master has the address
    attach_control();
    attach_reloader();
    set_process_title("master", settings_.name);

    announce();
    manage_workers();
    while (!is_finished()) {
        PollSet set(wake_at_);
        wait_for_events(set);
        handle_signals();
        notice_ready_workers();
        reap_workers();
        murder_workers();
        watch_upgrade();
        manage_workers();
        arrange_service();
        announce();
        metrics_.turn(settings_,
                      error_log_->statsd(),
                      scoreboard_,
                      listeners_,
                      generation_,
                      target_,
                      table_.workers().size());
        handle_sources(set);
    }
    announcer_.exiting(state(), log_);
    log_.info("Shutting down: Master");
    return exit_code_;
}

Settings Arbiter::load_settings() {
    Settings settings = loader_.load();
    if (!inherited_bind_.empty()) settings.bind = inherited_bind_;
    return settings;
}

void Arbiter::open_listeners() {
    listeners_.resize(std::max(target_, listeners_.slots()));
    for (int tries = 1;; ++tries) {
        try {
            open_sockets(settings_);
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

void Arbiter::open_sockets(const Settings& settings) {
    const SocketUmask umask(settings);
    listeners_.open(settings.bind, settings.backlog);
    own_unix_sockets(settings);
}

void Arbiter::wait_for_events(PollSet& set) {
    set.add(signals_.fd(), POLLIN);
    set.add(wakeup_.get(), POLLIN);
    if (successor_ && successor_->link()) set.add(successor_->link().fd(), POLLIN);
    if (predecessor_) set.add(predecessor_->link().fd(), POLLIN);
    metrics_.add_to(set);
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
    if (pass_on(number)) return;
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
        case SIGUSR2:
            return handle_usr2();
        case SIGWINCH:
            return handle_winch();
        default:  // SIGCHLD woke us, and that was its work
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
    if (successor_ || (predecessor_ && !predecessor_->was_told())) {
        log_.warning("No reload: an upgrade is under way");
        return reload_ended("an upgrade is under way");
    }
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
    if (target_ > 0 || scale_by_ > 0) --scale_by_;  // at rest there is nothing to take away
}

void Arbiter::handle_usr1() {
    try {
        own_log_files(settings_);
        error_log_->reopen();
        capture_output(settings_, *error_log_);
    } catch (const ConfigError& error) {
        log_.error("The log cannot be reopened: {}", error.what());
    }
    for (const auto& [pid, worker] : table_.workers()) ::kill(pid, SIGUSR1);
}

// The workers go, the sockets stay, and whoever connects waits until SIGHUP or SIGTTIN brings workers back. A terminal that
// changes its size sends this signal, too, and does not mean that.
void Arbiter::handle_winch() {
    if (is_stopping_ || target_ == 0) return;
    if (reload_ || successor_ || predecessor_)
        return log_.warning("SIGWINCH means nothing during a reload or an upgrade");
    if (const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)); terminal)
        return log_.info("SIGWINCH ignored: this master has a terminal");
    target_ = 0;
    log_.info("Workers: 0; SIGHUP or SIGTTIN brings them back");
}

// Our copies of the sockets go first: each worker then takes what waits in its queue and closes the last copy.
void Arbiter::stop(int signal) {
    is_stopping_ = true;
    if (successor_ && !successor_->is_in_charge()) successor_->end(settings_.graceful_timeout);
    if (predecessor_ && !predecessor_->was_told()) listeners_.resize(inherited_slots_);
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
    if (predecessor_) predecessor_->link().report_failure(failure_);
    // In an upgrade workers that are ready have connections that the old master's would have had.
    stop(predecessor_ ? SIGTERM : SIGQUIT);
}

}  // namespace indrik::supervisor
