#include "supervisor/arbiter/crash_loop.hpp"

#include <gtest/gtest.h>

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart{1000s};

TEST(CrashLoop, IsReachedByEnoughDeathsWithinTheWindow) {
    CrashLoop loop;
    for (const auto after : {0s, 1s, 2s}) loop.worker_died(kStart + after, {});
    EXPECT_FALSE(loop.has_reached(4, 60s, kStart + 2s));
    EXPECT_TRUE(loop.has_reached(3, 60s, kStart + 2s));
    EXPECT_FALSE(loop.has_reached(3, 60s, kStart + 61s));
    EXPECT_TRUE(loop.has_reached(2, 60s, kStart + 61s));
}

TEST(CrashLoop, HasNoLimitAtZero) {
    CrashLoop loop;
    for (int count = 0; count < 50'000; ++count) loop.worker_died(kStart, {});
    EXPECT_FALSE(loop.has_reached(0, 60s, kStart));
}

TEST(CrashLoop, ForgetsDeathsBeforeAGoodService) {
    CrashLoop loop;
    loop.worker_died(kStart, {});
    loop.worker_died(kStart + 1s, kStart + 900ms);
    EXPECT_TRUE(loop.has_reached(2, 60s, kStart + 1s));
    loop.worker_died(kStart + 10s, kStart + 2s);
    EXPECT_FALSE(loop.has_reached(2, 60s, kStart + 10s));
}

}  // namespace
}  // namespace indrik::supervisor
