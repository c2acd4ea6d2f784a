#include "supervisor/arbiter/worker_table.hpp"

#include <gtest/gtest.h>

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart{1h};

TEST(Backoff, LetsTheFirstReplacementStartAtOnce) {
    Backoff backoff;
    EXPECT_LE(backoff.not_before(), kStart);
    EXPECT_EQ(backoff.worker_died(kStart, kStart), 0ms);
    EXPECT_EQ(backoff.not_before(), kStart);
}

TEST(Backoff, DoublesThePauseUpToItsCap) {
    Backoff backoff;
    backoff.worker_died(kStart, {});
    EXPECT_EQ(backoff.worker_died(kStart, {}), 100ms);
    EXPECT_EQ(backoff.worker_died(kStart, kStart), 200ms);
    EXPECT_EQ(backoff.worker_died(kStart, kStart), 400ms);
    EXPECT_EQ(backoff.not_before(), kStart + 400ms);
    std::chrono::milliseconds pause{};
    for (int deaths = 0; deaths < 100; ++deaths) pause = backoff.worker_died(kStart, {});
    EXPECT_EQ(pause, 30s);
}

TEST(Backoff, DoesNotKeepASlotEmptyForLongWhoseWorkersServed) {
    Backoff backoff;
    std::chrono::milliseconds pause{};
    for (int deaths = 0; deaths < 100; ++deaths) pause = backoff.worker_died(kStart, kStart);
    EXPECT_EQ(pause, 800ms);
}

TEST(Backoff, ForgivesAWorkerThatServedForLong) {
    Backoff backoff;
    for (int deaths = 0; deaths < 10; ++deaths) backoff.worker_died(kStart, {});
    EXPECT_EQ(backoff.worker_died(kStart + 5s, kStart), 0ms);
}

Worker make_worker(pid_t pid, unsigned slot, unsigned generation, bool ready) {
    Worker worker;
    worker.pid = pid;
    worker.slot = slot;
    worker.generation = generation;
    if (ready) worker.ready_since = kStart;
    return worker;
}

TEST(WorkerTable, FindsBySlotAndGenerationWhoWasNotAskedToEnd) {
    WorkerTable table;
    table.add(make_worker(10, 0, 1, true));
    table.add(make_worker(11, 1, 1, true));
    table.add(make_worker(12, 1, 2, false));
    ASSERT_NE(table.find(1, 2), nullptr);
    EXPECT_EQ(table.find(1, 2)->pid, 12);
    EXPECT_EQ(table.find(0, 2), nullptr);
    table.find(11)->is_retiring = true;
    EXPECT_EQ(table.find(1, 1), nullptr);
}

TEST(WorkerTable, CountsWhoServes) {
    WorkerTable table;
    EXPECT_FALSE(table.is_anybody_serving());
    table.add(make_worker(10, 0, 1, false));
    EXPECT_FALSE(table.is_anybody_serving());
    table.add(make_worker(11, 1, 1, true));
    table.add(make_worker(12, 0, 2, true)).is_retiring = true;
    EXPECT_TRUE(table.is_anybody_serving());
    EXPECT_EQ(table.serving(1), 1u);
    EXPECT_EQ(table.serving(2), 0u);
    table.remove(11);
    EXPECT_FALSE(table.is_anybody_serving());
}

}  // namespace
}  // namespace indrik::supervisor
