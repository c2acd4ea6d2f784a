#include "supervisor/arbiter/metrics_text.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(WorkerMetrics, PutsDurationsIntoTheirBuckets) {
    WorkerMetrics metrics{};
    metrics.reset();
    metrics.count(200, 0us);
    metrics.count(204, 1'000us);  // the upper end belongs to the bucket
    metrics.count(301, 1'001us);
    metrics.count(404, 10s);
    metrics.count(503, 11s);
    metrics.count(999, 1h);
    const MetricSums sums = metrics.sums();
    EXPECT_EQ(sums.responses, (std::array<std::uint64_t, 5>{0, 2, 1, 1, 2}));
    EXPECT_EQ(sums.durations.front(), 2u);
    EXPECT_EQ(sums.durations[1], 1u);
    EXPECT_EQ(sums.durations[kDurationBuckets.size() - 1], 1u);
    EXPECT_EQ(sums.durations.back(), 2u);
    EXPECT_EQ(sums.duration_us, 2'001u + 21'000'000u + 3'600'000'000u);
}

TEST(MetricsText, AddsUpTheLivingAndTheDead) {
    Scoreboard scoreboard(4);
    ScoreLine* const first = scoreboard.claim(0, 1);
    ScoreLine* const second = scoreboard.claim(1, 1);
    first->pid = 11;
    second->pid = 22;
    first->state = WorkerState::Ready;
    first->metrics.count(200, 3ms);
    second->metrics.count(500, 20s);
    first->accepted = 5;
    second->connections = 2;
    second->in_flight = 1;
    first->metrics.set_resident_bytes(4096);
    MasterFacts facts;
    facts.ended.responses[1] = 10;
    facts.ended.durations[0] = 10;
    facts.ended.accepted = 100;
    facts.queues = {{0, "a\"b\\c", 7}};
    const std::string text = format_metrics(facts, scoreboard.lines());
    for (const char* line : {"indrik_requests_total{class=\"2xx\"} 11\n",
                             "indrik_requests_total{class=\"5xx\"} 1\n",
                             "indrik_request_duration_seconds_bucket{le=\"0.001\"} 10\n",
                             "indrik_request_duration_seconds_bucket{le=\"0.005\"} 11\n",
                             "indrik_request_duration_seconds_bucket{le=\"10\"} 11\n",
                             "indrik_request_duration_seconds_bucket{le=\"+Inf\"} 12\n",
                             "indrik_request_duration_seconds_sum 20.003\n",
                             "indrik_request_duration_seconds_count 12\n",
                             "indrik_connections_accepted_total 105\n",
                             "indrik_connections 2\n",
                             "indrik_requests_in_flight 1\n",
                             "indrik_workers{state=\"booting\"} 1\n",
                             "indrik_workers{state=\"ready\"} 1\n",
                             "indrik_worker_resident_memory_bytes{slot=\"0\",pid=\"11\"} 4096\n",
                             "indrik_listen_queue{slot=\"0\",address=\"a\\\"b\\\\c\"} 7\n"}) {
        EXPECT_THAT(text, HasSubstr(line));
    }
    scoreboard.release(*second);
    EXPECT_THAT(format_metrics(facts, scoreboard.lines()), Not(HasSubstr("pid=\"22\"")));
}

TEST(Scoreboard, ANewWorkerBeginsAtZero) {
    Scoreboard scoreboard(1);
    ScoreLine* const line = scoreboard.claim(0, 1);
    line->metrics.count(200, 1s);
    scoreboard.release(*line);
    EXPECT_EQ(scoreboard.claim(0, 1)->metrics.sums().responses[1], 0u);
}

}  // namespace
}  // namespace indrik::supervisor
