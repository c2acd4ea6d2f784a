// The part of the arbiter that reloads (SIGHUP): a whole new generation boots beside the old one, on the same sockets.
// Only when all of it is ready does the old one retire; if any of it fails, it goes and the old one stays.
#include <algorithm>
#include <csignal>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "supervisor/arbiter/arbiter.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"
#include "supervisor/reload/reloader.hpp"
#include "supervisor/system/privileges.hpp"
#include "supervisor/system/process_setup.hpp"

namespace indrik::supervisor {

void Arbiter::begin_reload() {
    announcer_.reloading(state(), log_);
    try {
        Settings settings = load_changed_settings();
        reload_ = Reload{++last_generation_, std::move(settings)};
    } catch (const ConfigError& error) {
        trim_listeners();
        log_.error("Reload refused, everything stays as it is: {}", error.what());
        reload_ended(error.what());
        return;
    }
    if (reloader_ != nullptr) reloader_->generation_begins(reload_->generation, reload_->settings);
    log_.info(
        "Reloading: {} workers of generation {}", reload_->settings.workers, reload_->generation);
}

// Everything that can fail happens here, before anything has changed.
Settings Arbiter::load_changed_settings() {
    Settings settings = load_settings();
    own_log_files(settings);
    open_sockets(settings);
    listeners_.resize(std::max({settings.workers, target_, listeners_.slots()}));
    apply_log_settings(settings);
    return settings;
}

void Arbiter::apply_log_settings(const Settings& settings) {
    metrics_.open(settings, log_);
    if (!ErrorLog::differs(settings_, settings)) {
        error_log_->reopen();
        error_log_->set_level(settings.log_level);
        capture_output(settings, *error_log_);
        return;
    }
    error_log_ = std::make_unique<ErrorLog>(settings);
    capture_output(settings, *error_log_);
    ErrorLog::adopt(settings_, settings);
    log_ = error_log_->logger("indrik.arbiter");
}

// Our copies of what is no longer served go before its workers are told to retire: they take what waits, and close.
void Arbiter::finish_reload_when_ready() {
    if (!reload_ || table_.serving(reload_->generation) < reload_->settings.workers) return;
    settings_ = std::move(reload_->settings);
    generation_ = reload_->generation;
    preloader_ = std::move(reload_->preloader);
    target_ = settings_.workers;
    reload_.reset();
    trim_listeners();
    log_.info("Reloaded: generation {} serves at {}",
              generation_,
              fmt::join(listeners_.urls(!settings_.certfile.empty()), ", "));
    reload_ended("");
    if (std::exchange(is_reload_wanted_, false)) begin_reload();
}

void Arbiter::abort_reload(const std::string& reason) {
    log_.error("Reload failed, generation {} stays: {}", generation_, reason);
    reload_.reset();
    trim_listeners();
    reload_ended(reason);
    if (std::exchange(is_reload_wanted_, false)) begin_reload();
}

void Arbiter::reload_ended(const std::string& error) {
    books_.reload_ended(error);
    if (reloader_ != nullptr) reloader_->reload_ended(error);
}

void Arbiter::trim_listeners() {
    listeners_.keep_only(
        settings_.bind);  // slots that are no longer needed close when they are empty
}

}  // namespace indrik::supervisor
