#include "indrik/http1/patience.hpp"

#include <gtest/gtest.h>

namespace indrik::http1 {
namespace {

using namespace std::chrono_literals;

TEST(Patience, BeginsWithTheWholeTimeout) {
    EXPECT_EQ(Patience().left(30s), 30s);
}

TEST(Patience, IsUsedUpByWaiting) {
    Patience patience;
    patience.spend(10s);
    EXPECT_EQ(patience.left(30s), 20s);
    patience.spend(25s);
    EXPECT_EQ(patience.left(30s), 0s);
}

TEST(Patience, BytesEarnWhatTheyMayTakeAtTheRate) {
    Patience patience;
    patience.spend(10s);
    patience.earn(500, 100);
    EXPECT_EQ(patience.left(30s), 25s);
}

TEST(Patience, NeverEarnsMoreThanItSpent) {
    Patience patience;
    patience.spend(1s);
    patience.earn(~std::uint64_t{0}, 1);
    EXPECT_EQ(patience.left(30s), 30s);
    patience.earn(1000, 1);
    EXPECT_EQ(patience.left(30s), 30s);
}

TEST(Patience, SingleBytesCountAtHighRates) {
    Patience patience;
    patience.spend(1s);
    for (int i = 0; i < 10'000; ++i) patience.earn(1, 20'000);
    EXPECT_EQ(patience.left(30s), 29500ms);
}

TEST(Patience, WithoutARateOneByteEarnsEverything) {
    Patience patience;
    patience.spend(29s);
    patience.earn(0, 0);
    EXPECT_EQ(patience.left(30s), 1s);
    patience.earn(1, 0);
    EXPECT_EQ(patience.left(30s), 30s);
}

}  // namespace
}  // namespace indrik::http1
