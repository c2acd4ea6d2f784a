#pragma once
// Counts the requests of a worker: for the scoreboard, for statsd, and for the log of slow ones.

#include <chrono>

#include "indrik/core/logging.hpp"
#include "indrik/web/request_observer.hpp"
#include "supervisor/arbiter/worker_metrics.hpp"
#include "supervisor/config/settings.hpp"
#include "supervisor/system/statsd.hpp"

namespace indrik::supervisor {

/// Lifetime: metrics and statsd outlive it.
class WebWorkerObserver final : public web::RequestObserver {
public:
    /// `statsd` may be null.
    WebWorkerObserver(const Settings& settings, WorkerMetrics& metrics, Statsd* statsd, Logger log);

    /// Whether anybody wants to know; without, requests are not even timed.
    static bool is_wanted(const Settings& settings);

    void request_done(const web::RequestOutcome& outcome) override;
    void request_failed() override;

private:
    void send(const web::RequestOutcome& outcome);
    void note_slow(const web::RequestOutcome& outcome) const;

    WorkerMetrics& metrics_;
    Statsd* statsd_;
    std::chrono::microseconds slow_;  // 0: none is noted
    Logger log_;
};

}  // namespace indrik::supervisor
