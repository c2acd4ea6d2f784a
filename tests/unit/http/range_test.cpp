#include "indrik/http/range.hpp"

#include <string>

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

/// "whole", "unsatisfiable", or the ranges: "0-4 9-9".
std::string outcome_of(std::string_view field, std::uint64_t length) {
    const RangeSelection selection = select_ranges(field, length);
    if (selection.outcome == RangeOutcome::Whole) return "whole";
    if (selection.outcome == RangeOutcome::Unsatisfiable) return "unsatisfiable";
    std::string text;
    for (const ByteRange& range : selection.ranges) {
        if (!text.empty()) text += ' ';
        text += std::to_string(range.first) + '-' + std::to_string(range.last);
    }
    return text;
}

TEST(SelectRanges, TakesOneRangeInEachForm) {
    EXPECT_EQ(outcome_of("bytes=0-499", 10000), "0-499");
    EXPECT_EQ(outcome_of("bytes=500-", 10000), "500-9999");
    EXPECT_EQ(outcome_of("bytes=-500", 10000), "9500-9999");
    EXPECT_EQ(outcome_of("Bytes=0-0", 1), "0-0");
    EXPECT_EQ(outcome_of("bytes=9999-", 10000), "9999-9999");
}

TEST(SelectRanges, CutsWhatIsBeyondTheEnd) {
    EXPECT_EQ(outcome_of("bytes=0-99", 10), "0-9");
    EXPECT_EQ(outcome_of("bytes=-99", 10), "0-9");
    EXPECT_EQ(outcome_of("bytes=5-18446744073709551615", 10), "5-9");
    EXPECT_EQ(outcome_of("bytes=5-18446744073709551616", 10), "5-9");
    EXPECT_EQ(outcome_of("bytes=5-999999999999999999999999999999", 10), "5-9");
    EXPECT_EQ(outcome_of("bytes=-999999999999999999999999999999", 10), "0-9");
    EXPECT_EQ(outcome_of("bytes=0-", 18446744073709551615U), "0-18446744073709551614");
}

TEST(SelectRanges, TellsWhatCannotBeSatisfied) {
    EXPECT_EQ(outcome_of("bytes=10-", 10), "unsatisfiable");
    EXPECT_EQ(outcome_of("bytes=10-20,30-", 10), "unsatisfiable");
    EXPECT_EQ(outcome_of("bytes=999999999999999999999999999999-", 10), "unsatisfiable");
    EXPECT_EQ(outcome_of("bytes=-0", 10), "unsatisfiable");
    EXPECT_EQ(outcome_of("bytes=0-", 0), "unsatisfiable");
    EXPECT_EQ(outcome_of("bytes=-5", 0), "whole");
}

TEST(SelectRanges, IgnoresWhatIsMalformed) {
    for (const char* field :
         {"",           "bytes",      "bytes=",        "bytes=,",       "bytes=-",
          "bytes=0",    "bytes=5-4",  "bytes=0-1,5-4", "bytes=a-b",     "bytes=0-1x",
          "bytes=0--1", "bytes=+0-1", "bytes=0-1_0",   "bytes=0x0-0x1", "bytes= 0 - 1",
          "bytes =0-1", "bytes:0-1",  "bytes=0-1;2-3", "items=0-1",     "=0-1"}) {
        EXPECT_EQ(outcome_of(field, 10), "whole") << field;
    }
}

// CVE-2025-69225: digits are those of ASCII.
TEST(SelectRanges, IgnoresDigitsOfOtherAlphabets) {
    EXPECT_EQ(outcome_of("bytes=\xd9\xa0-\xd9\xa5", 10), "whole");
    EXPECT_EQ(outcome_of("bytes=0-\xef\xbc\x95", 10), "whole");
    EXPECT_EQ(outcome_of("bytes=\xc2\xb2-", 10), "whole");
}

TEST(SelectRanges, TakesSeveralInTheirOrder) {
    EXPECT_EQ(outcome_of("bytes=500-600,0-99", 1000), "500-600 0-99");
    EXPECT_EQ(outcome_of("bytes=, 0-0 ,\t-1,", 1000), "0-0 999-999");
    EXPECT_EQ(outcome_of("bytes=2000-,0-0", 1000), "0-0");
}

TEST(SelectRanges, JoinsWhatOverlapsOrIsNear) {
    EXPECT_EQ(outcome_of("bytes=0-499,250-999", 10000), "0-999");
    EXPECT_EQ(outcome_of("bytes=500-999,0-499", 10000), "0-999");
    EXPECT_EQ(outcome_of("bytes=0-9,89-100", 10000), "0-100");
    EXPECT_EQ(outcome_of("bytes=0-9,90-100", 10000), "0-9 90-100");
    EXPECT_EQ(outcome_of("bytes=5000-,1000-1009,0-9,10-999", 10000), "5000-9999 0-1009");
    EXPECT_EQ(outcome_of("bytes=0-9,300-309,600-609,0-700", 10000), "0-700");
    EXPECT_EQ(outcome_of("bytes=0-,0-,0-,0-", 10000), "0-9999");
}

TEST(SelectRanges, IgnoresTooMany) {
    std::string field = "bytes=0-0";
    for (std::size_t i = 1; i < kMaxRanges; ++i) field += "," + std::to_string(i * 1000) + "-";
    EXPECT_EQ(select_ranges(field, 1'000'000).outcome, RangeOutcome::Partial);
    EXPECT_EQ(select_ranges(field + ",1-1", 1'000'000).outcome, RangeOutcome::Whole);
    EXPECT_EQ(select_ranges("bytes=0-0,500-500", 1000, 1).outcome, RangeOutcome::Whole);
}

TEST(ContentRange, IsFormatted) {
    EXPECT_EQ(format_content_range({0, 99}, 1234), "bytes 0-99/1234");
    EXPECT_EQ(format_unsatisfied_range(1234), "bytes */1234");
    EXPECT_EQ((ByteRange{5, 5}).size(), 1U);
}

}  // namespace
}  // namespace indrik::http::tests
