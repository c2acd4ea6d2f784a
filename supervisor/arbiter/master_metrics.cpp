#include "supervisor/arbiter/master_metrics.hpp"

#include <string>
#include <utility>

#include "supervisor/system/statsd.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr auto kBacklogEvery = 1s;

}  // namespace

void MasterMetrics::open(const Settings& settings, const Logger& log) {
    if (settings.metrics_bind.empty()) {
        server_.reset();
        return;
    }
    const Address& wanted = settings.metrics_bind.front();
    if (server_ && server_->address() == wanted) return;
    server_ = std::make_unique<MetricsServer>(wanted);
    log.info("Metrics at: {}", server_->url());
}

void MasterMetrics::worker_ended(const ScoreLine& line, bool is_expected) {
    MetricSums sums = line.metrics.sums();
    sums.accepted = line.accepted.load();
    facts_.ended += sums;
    facts_.turned_away_by_ended += line.metrics.turned_away();
    if (!is_expected) ++facts_.workers_lost;
}

void MasterMetrics::turn(const Settings& settings,
                         Statsd* statsd,
                         Scoreboard& scoreboard,
                         const Listeners& listeners,
                         unsigned generation,
                         unsigned workers_wanted,
                         std::size_t workers) {
    if (server_) {
        server_->serve([&] {
            facts_.generation = generation;
            facts_.workers_wanted = workers_wanted;
            facts_.queues = listeners.queue_depths();
            return format_metrics(facts_, scoreboard.lines());
        });
    }
    if (statsd == nullptr) return;
    if (std::exchange(last_workers_, workers) != workers)
        statsd->gauge("gunicorn.workers", workers);
    send(*statsd, settings, listeners);
}

void MasterMetrics::send(Statsd& statsd, const Settings& settings, const Listeners& listeners) {
    const TimePoint now = Clock::now();
    if (settings.enable_backlog_metric && now >= next_backlog_) {
        next_backlog_ = now + kBacklogEvery;
        std::uint64_t waiting = 0;
        for (const QueueDepth& queue : listeners.queue_depths()) waiting += queue.connections;
        statsd.histogram("gunicorn.backlog", waiting);
    }
    statsd.flush();
}

}  // namespace indrik::supervisor
