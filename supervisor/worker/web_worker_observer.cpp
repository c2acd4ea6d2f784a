#include "supervisor/worker/web_worker_observer.hpp"

#include <utility>

#include <fmt/format.h>

namespace indrik::supervisor {

WebWorkerObserver::WebWorkerObserver(const Settings& settings,
                                     WorkerMetrics& metrics,
                                     Statsd* statsd,
                                     Logger log)
    : metrics_(metrics), statsd_(statsd), slow_(settings.slow_request), log_(std::move(log)) {}

bool WebWorkerObserver::is_wanted(const Settings& settings) {
    return !settings.metrics_bind.empty() || settings.statsd_host ||
           settings.slow_request > std::chrono::milliseconds(0);
}

void WebWorkerObserver::request_done(const web::RequestOutcome& outcome) {
    metrics_.count(static_cast<unsigned>(outcome.status), outcome.duration);
    if (statsd_ != nullptr) send(outcome);
    // What was upgraded lasts as long as it likes.
    const bool is_slow = slow_.count() != 0 && outcome.duration >= slow_;
    if (is_slow && outcome.status != http::Status::SwitchingProtocols) note_slow(outcome);
}

void WebWorkerObserver::request_failed() {
    if (statsd_ != nullptr) statsd_->expect_exception();
}

void WebWorkerObserver::send(const web::RequestOutcome& outcome) {
    statsd_->timing("gunicorn.request.duration",
                    static_cast<double>(outcome.duration.count()) / 1000);
    statsd_->increment("gunicorn.requests");
    statsd_->increment(
        fmt::format("gunicorn.request.status.{}", static_cast<unsigned>(outcome.status)));
}

void WebWorkerObserver::note_slow(const web::RequestOutcome& outcome) const {
    const bool is_known = outcome.request != nullptr;
    log_.warning("Slow request: {} {} took {:.3f} s, status {}{}{}",
                 is_known ? outcome.request->method_text : "-",
                 is_known ? outcome.request->target : "-",
                 static_cast<double>(outcome.duration.count()) / 1e6,
                 static_cast<unsigned>(outcome.status),
                 outcome.id.empty() ? "" : ", request ",
                 outcome.id);
}

}  // namespace indrik::supervisor
