// The part of the arbiter that changes masters (SIGUSR2), on both sides; arbiter/upgrade.hpp shows the course of it.
#include <algorithm>
#include <csignal>
#include <exception>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/arbiter/arbiter.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/reload/reloader.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr auto kOwnStart = 5s;  // what a new master may take beside the boot of its workers
constexpr const char* kPidSuffix = ".2";

}  // namespace

std::string Arbiter::initial_pid_path() const {
    return settings_.pid.empty() || !predecessor_ ? settings_.pid : settings_.pid + kPidSuffix;
}

/// Why no upgrade can begin now; null: it can.
const char* Arbiter::obstacle_to_upgrade() const {
    return is_stopping_   ? "this master is about to end"
           : successor_   ? "one is under way"
           : predecessor_ ? "the last one has not ended yet"
           : reload_      ? "a reload is under way"
                          : nullptr;
}

void Arbiter::handle_usr2() {
    if (const char* const reason = obstacle_to_upgrade())
        return log_.warning("No upgrade: {}", reason);
    successor_failure_.clear();
    std::optional<TimePoint> deadline;
    if (settings_.boot_timeout > 0ms) deadline = Clock::now() + settings_.boot_timeout + kOwnStart;
    announcer_.executing(state(), log_);
    try {
        successor_ = Successor::start(
            invocation_, listeners_.handover(), process_.news_for_successor(), deadline);
        log_.info("Upgrade: the new master has pid {}", successor_->pid());
    } catch (const std::exception& error) {
        log_.error("No upgrade: {}", error.what());
        if (reloader_ != nullptr) reloader_->reload_ended(error.what());
    }
}

void Arbiter::watch_upgrade() {
    if (successor_) watch_successor();
    if (predecessor_) watch_predecessor();
}

/// Hears all that the other master has told since the last time, up to what is for the master itself.
MasterLink::Kind Arbiter::listen_to(const MasterLink& link) {
    for (;;) {
        MasterLink::Message message = link.receive();
        if (message.kind == MasterLink::Kind::News) {
            process_.hear(message.bytes, std::move(message.descriptors));
        } else if (message.kind == MasterLink::Kind::Failed) {
            successor_failure_ = std::move(message.bytes);
        } else if (message.kind != MasterLink::Kind::Other) {
            return message.kind;
        }
    }
}

void Arbiter::tell_of_fork() {
    const MasterLink* const link = successor_     ? &successor_->link()
                                   : predecessor_ ? &predecessor_->link()
                                                  : nullptr;
    if (link == nullptr) return;
    for (const MasterNews& news : process_.news_of_fork()) link->tell(news);
}

void Arbiter::watch_successor() {
    const MasterLink::Kind report = listen_to(successor_->link());
    if (successor_->is_in_charge()) {
        if (successor_->link() && (table_.empty() || report == MasterLink::Kind::Gone)) {
            become_mere_parent();
            successor_->let_go();
        }
        return;
    }
    if (report == MasterLink::Kind::Ready) return hand_over();
    if (report == MasterLink::Kind::Gone) return upgrade_failed();
    if (successor_->is_late(Clock::now())) {
        log_.error("The new master was not ready within --boot-timeout; ending it");
        successor_->end(settings_.graceful_timeout + kOwnStart);
    }
    if (const auto deadline = successor_->deadline()) wake_by(*deadline);
}

// It may have steered connections before it ended.
void Arbiter::upgrade_failed() {
    const std::string reason = successor_failure_.empty() ? "its log says why" : successor_failure_;
    log_.error("Upgrade failed, everything stays: the new master ended; {}", reason);
    successor_.reset();
    listeners_.steer_again();
    if (reloader_ != nullptr) reloader_->reload_ended(reason);
}

// Addresses that the new master wants, and whoever asks for us means it.
void Arbiter::become_mere_parent() {
    if (!waits_for_successor()) return;
    reloader_ = nullptr;
    sources_.clear();
    metrics_.close();
}

// Sockets, their files and the pid file are the new master's from here on.
void Arbiter::hand_over() {
    log_.info("Upgrade: all workers of the new master (pid {}) are ready", successor_->pid());
    successor_->has_taken_over();
    announcer_.handed_over(successor_->pid());
    listeners_.abandon();
    if (pid_file_) pid_file_->abandon();
    stop(SIGTERM);
}

void Arbiter::watch_predecessor() {
    const bool is_gone = listen_to(predecessor_->link()) == MasterLink::Kind::Gone;
    if (is_stopping_) return;
    if (!predecessor_->was_told() && (is_gone || table_.serving(generation_) >= target_)) {
        predecessor_->report_ready();
        listeners_.own_files();
        listeners_.keep_only(settings_.bind);
        arrange_service();
        listeners_.steer_again();
        log_.info("Upgrade: all workers are ready");
    }
    if (!is_gone) return;
    log_.info("Upgrade: the old master (pid {}) is gone", predecessor_->pid());
    predecessor_.reset();
    process_.child_ended();    // its last workers
    listeners_.steer_again();  // it may have done so after us
    take_metrics_address();
    if (pid_file_) take_pid_file();
}

void Arbiter::take_metrics_address() {
    try {
        metrics_.open(settings_, log_);
    } catch (const ConfigError& error) {
        log_.error("There are no metrics: {}", error.what());
    }
}

void Arbiter::take_pid_file() {
    try {
        pid_file_->move_to(settings_.pid);
    } catch (const ConfigError& error) {
        log_.error("{}", error.what());
    }
}

// A container ends with its first process, and a terminal's command with the process that it began with: where that is us, we
// stay, and pass on what we are told.
bool Arbiter::waits_for_successor() const {
    return successor_ && successor_->is_in_charge() && (::getpid() == 1 || is_first_of_reloads_);
}

// Until we have ended, the pid file names us. TERM and the like are then meant for what is left here.
bool Arbiter::pass_on(int number) {
    if (!successor_ || !successor_->is_in_charge() || number == SIGCHLD) return false;
    if (!waits_for_successor() && number != SIGHUP && number != SIGUSR1) return false;
    const bool has_it_already =
        signals_.came_from_terminal() && ::getpgid(successor_->pid()) == ::getpgrp();
    if (!has_it_already) ::kill(successor_->pid(), number);
    return number != SIGUSR1;  // we have logs, too
}

void Arbiter::successor_died(int status) {
    if (waits_for_successor()) {
        exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        successor_ = Successor::adopted();  // it may have changed masters itself
    } else if (!successor_->is_in_charge()) {
        upgrade_failed();
    }
}

}  // namespace indrik::supervisor
