#pragma once
// The metrics of all workers in Prometheus' text format, version 0.0.4.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "supervisor/arbiter/scoreboard.hpp"
#include "supervisor/arbiter/worker_metrics.hpp"
#include "supervisor/listeners/listeners.hpp"

namespace indrik::supervisor {

/// What the master knows beside the scoreboard.
struct MasterFacts {
    MetricSums ended;  // of workers that are no more
    std::uint64_t turned_away_by_ended = 0;
    std::uint64_t workers_started = 0;
    std::uint64_t workers_lost = 0;  // died unasked
    unsigned workers_wanted = 0;
    unsigned generation = 0;
    std::vector<QueueDepth> queues;
};

std::string format_metrics(const MasterFacts& facts, std::span<ScoreLine> lines);

}  // namespace indrik::supervisor
