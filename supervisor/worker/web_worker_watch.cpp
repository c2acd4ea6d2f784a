// The part of a worker's life that watches it: metrics, the loop's monitor, and what is left to say when it dies.
#include <array>
#include <cstdint>
#include <ctime>
#include <utility>

#include <time.h>

#include "indrik/web/request_observer.hpp"
#include "supervisor/worker/web_worker_life.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kListedRequests = 16;
constexpr std::size_t kListedBytes = 200;  // of a target
constexpr auto kSlowCallbackInDebug = 100ms;

}  // namespace

web::ServerOptions WebWorkerLife::observed(web::ServerOptions options) {
    if (!WebWorkerObserver::is_wanted(context_.settings)) return options;
    observer_.emplace(
        context_.settings, context_.line.metrics, context_.log.statsd(), log_.child("requests"));
    options.observers.push_back(&*observer_);
    return options;
}

void WebWorkerLife::run_loop() {
    const Settings& settings = context_.settings;
    const auto limit = settings.slow_callback.value_or(settings.debug ? kSlowCallbackInDebug : 0ms);
    if (limit == 0ms) {
        loop_.run();
        return;
    }
    if (!monitor_) monitor_.emplace(loop_, limit, log_, describe_requests, this);
    monitor_->run();
}

void WebWorkerLife::describe_requests(void* life, SafeText& text) {
    std::array<web::RequestInFlight, kListedRequests> requests;
    web::Runner& runner = static_cast<WebWorkerLife*>(life)->runner_;
    const std::size_t count = runner.list_requests(requests);
    text << "\nRequests in flight:";
    if (count == 0) text << " none";
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    for (std::size_t i = 0; i < count; ++i) {
        const web::RequestInFlight& request = requests[i];
        text << "\n  ";
        text.put_printable(request.method.substr(0, kListedBytes)) << ' ';
        text.put_printable(request.target.substr(0, kListedBytes));
        text << ", for " << static_cast<std::int64_t>(now.tv_sec - request.since) << " s";
    }
    if (count == requests.size()) text << "\n  and perhaps more";
}

void WebWorkerLife::rescue_access_log(void* life) {
    const auto& access_log = static_cast<WebWorkerLife*>(life)->access_log_;
    if (access_log) access_log->rescue();
}

}  // namespace indrik::supervisor
