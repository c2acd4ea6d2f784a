#include "supervisor/worker/recycling.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart{1000s};

std::uint64_t a_megabyte() {
    return 1 << 20;
}

TEST(Recycling, IsNeverDueWithoutLimits) {
    const Recycling recycling(Settings{}, 1, kStart);
    EXPECT_EQ(recycling.due(1'000'000'000, kStart + 10'000h, a_megabyte), RecyclingReason::None);
}

TEST(Recycling, IsDueAfterSoManyRequestsAndItsShareOfTheJitter) {
    Settings settings;
    settings.max_requests = 100;
    EXPECT_EQ(Recycling(settings, 1, kStart).due(99, kStart), RecyclingReason::None);
    EXPECT_EQ(Recycling(settings, 1, kStart).due(100, kStart), RecyclingReason::Requests);

    settings.max_requests_jitter = 50;
    std::uint64_t least = 1000;
    std::uint64_t most = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const Recycling recycling(settings, seed, kStart);
        std::uint64_t requests = 0;
        while (recycling.due(requests, kStart) == RecyclingReason::None) ++requests;
        least = std::min(least, requests);
        most = std::max(most, requests);
    }
    EXPECT_GE(least, 100u);
    EXPECT_LT(least, 110u);
    EXPECT_LE(most, 150u);
    EXPECT_GT(most, 140u);
}

TEST(Recycling, IsDueAtAnAgeOrATenthLater) {
    Settings settings;
    settings.worker_lifetime = 100s;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const Recycling recycling(settings, seed, kStart);
        EXPECT_EQ(recycling.due(0, kStart + 99s), RecyclingReason::None);
        EXPECT_EQ(recycling.due(0, kStart + 110s), RecyclingReason::Age);
    }
}

TEST(Recycling, IsDueForMemoryOnceTheWorkerHasSomeAge) {
    Settings settings;
    settings.max_rss = 1000;
    const Recycling recycling(settings, 1, kStart);
    EXPECT_EQ(recycling.due(0, kStart + 9s, a_megabyte), RecyclingReason::None);
    EXPECT_EQ(recycling.due(0, kStart + 10s, a_megabyte), RecyclingReason::Memory);
    settings.max_rss = 2 << 20;
    EXPECT_EQ(Recycling(settings, 1, kStart).due(0, kStart + 10s, a_megabyte),
              RecyclingReason::None);
}

TEST(Recycling, ReadsTheMemoryOfThisProcess) {
    EXPECT_GT(Recycling::resident_bytes(), 1u << 20);
    EXPECT_LT(Recycling::resident_bytes(), 1ull << 40);
}

}  // namespace
}  // namespace indrik::supervisor
