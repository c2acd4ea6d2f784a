#include "indrik/pubsub/pattern.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace indrik::pubsub {
namespace {

struct Case {
    const char* pattern;
    const char* topic;
    bool fits;
};

class Pattern : public testing::TestWithParam<Case> {};

TEST_P(Pattern, FitsWholeTopics) {
    EXPECT_EQ(matches(GetParam().pattern, GetParam().topic), GetParam().fits)
        << GetParam().pattern << " " << GetParam().topic;
}

INSTANTIATE_TEST_SUITE_P(All,
                         Pattern,
                         testing::Values(Case{"", "", true},
                                         Case{"", "a", false},
                                         Case{"room", "room", true},
                                         Case{"room", "rooms", false},
                                         Case{"rooms", "room", false},
                                         Case{"*", "", true},
                                         Case{"*", "room:1", true},
                                         Case{"room:*", "room:", true},
                                         Case{"room:*", "room:1:typing", true},
                                         Case{"room:*", "hall:1", false},
                                         Case{"*:typing", "room:1:typing", true},
                                         Case{"*:typing", "room:1:typing!", false},
                                         Case{"*a*b*c*", "xxaxxbxxcxx", true},
                                         Case{"*a*b*c*", "xxcxxbxxaxx", false},
                                         Case{"a**b", "ab", true},
                                         Case{"*aab", "aaaab", true},
                                         Case{"?", "", false},
                                         Case{"?", "x", true},
                                         Case{"?", "xy", false},
                                         Case{"r??m", "room", true},
                                         Case{"[a-c]1", "b1", true},
                                         Case{"[a-c]1", "d1", false},
                                         Case{"[c-a]1", "b1", true},
                                         Case{"[^a-c]1", "d1", true},
                                         Case{"[^a-c]1", "a1", false},
                                         Case{"[xyz]", "y", true},
                                         Case{"[x-]", "-", true},
                                         Case{"[\\]]", "]", true},
                                         Case{"[abc", "b", true},
                                         Case{"[", "[", false},
                                         Case{"\\*", "*", true},
                                         Case{"\\*", "x", false},
                                         Case{"\\", "\\", true},
                                         Case{"*\\?", "what?", true},
                                         Case{"*[0-9]", "room7", true}));

TEST(PatternTime, IsBoundedForPatternsOfStars) {
    std::string pattern;
    for (int i = 0; i < 100; ++i) pattern += "*a";
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FALSE(matches(pattern + "b", std::string(500, 'a')));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

}  // namespace
}  // namespace indrik::pubsub
