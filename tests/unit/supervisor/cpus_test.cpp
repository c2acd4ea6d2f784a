#include "supervisor/system/cpus.hpp"

#include <gtest/gtest.h>

namespace indrik::supervisor {
namespace {

TEST(QuotaCpus, RoundsUp) {
    EXPECT_EQ(quota_cpus("200000 100000"), 2u);
    EXPECT_EQ(quota_cpus("150000 100000"), 2u);
    EXPECT_EQ(quota_cpus("10000 100000"), 1u);
}

TEST(QuotaCpus, KnowsNoLimit) {
    EXPECT_EQ(quota_cpus("max 100000"), 0u);
    EXPECT_EQ(quota_cpus(""), 0u);
    EXPECT_EQ(quota_cpus("100000"), 0u);
    EXPECT_EQ(quota_cpus("100000 0"), 0u);
    EXPECT_EQ(quota_cpus("x y"), 0u);
}

TEST(UsableCpus, IsAtLeastOne) {
    EXPECT_GE(usable_cpus(), 1u);
}

}  // namespace
}  // namespace indrik::supervisor
