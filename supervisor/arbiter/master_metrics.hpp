#pragma once
// The metrics of the whole: what workers that have ended had counted, what becomes of processes, the endpoint for Prometheus
// and the master's part of statsd.

#include <functional>
#include <memory>

#include "indrik/core/logging.hpp"
#include "supervisor/arbiter/metrics_server.hpp"
#include "supervisor/arbiter/metrics_text.hpp"
#include "supervisor/arbiter/scoreboard.hpp"
#include "supervisor/config/settings.hpp"
#include "supervisor/listeners/listeners.hpp"

namespace indrik::supervisor {

class Statsd;

class MasterMetrics {
public:
    /// Opens the endpoint that the settings name, unless it is open, and says so. Errors: ConfigError; nothing has changed.
    void open(const Settings& settings, const Logger& log);
    /// In a fresh worker: the endpoint is none of its business.
    void abandon() {
        if (server_) server_->abandon();
    }

    /// In a master that has another in its place.
    void close() { server_.reset(); }

    void worker_started() { ++facts_.workers_started; }
    /// Takes over what the worker had counted. To be called before its line is released.
    void worker_ended(const ScoreLine& line, bool is_expected);

    void add_to(PollSet& polled) const {
        if (server_) server_->add_to(polled);
    }
    /// Once in each turn of the master's loop, after poll().
    void turn(const Settings& settings,
              Statsd* statsd,
              Scoreboard& scoreboard,
              const Listeners& listeners,
              unsigned generation,
              unsigned workers_wanted,
              std::size_t workers);

private:
    void send(Statsd& statsd, const Settings& settings, const Listeners& listeners);

    MasterFacts facts_;
    std::unique_ptr<MetricsServer> server_;
    std::size_t last_workers_ = 0;
    TimePoint next_backlog_{};
};

}  // namespace indrik::supervisor
