#include "supervisor/config/values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "supervisor/config/errors.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

template <class Function>
std::string complaint(Function function) {
    try {
        function();
    } catch (const BadValue& error) {
        return error.what();
    }
    return "(accepted)";
}

TEST(ParseDuration, TakesSecondsWithoutUnit) {
    EXPECT_EQ(parse_duration("30"), 30s);
}

TEST(ParseDuration, TakesEveryUnit) {
    EXPECT_EQ(parse_duration("500ms"), 500ms);
    EXPECT_EQ(parse_duration("30s"), 30s);
    EXPECT_EQ(parse_duration("2m"), 2min);
    EXPECT_EQ(parse_duration("1h"), 1h);
    EXPECT_EQ(parse_duration("0"), 0s);
}

TEST(ParseDuration, TakesDecimals) {
    EXPECT_EQ(parse_duration("0.25"), 250ms);
    EXPECT_EQ(parse_duration("1.5m"), 90s);
    EXPECT_EQ(parse_duration("1.23456"), 1234ms);
}

TEST(ParseDuration, RefusesWhatIsNone) {
    for (const char* text : {"",
                             "s",
                             "-1",
                             "+1",
                             "1 s",
                             "1x",
                             "1.2.3",
                             ".5",
                             "5.",
                             "1e3",
                             "ms",
                             "99999999999999999999",
                             "10000h",
                             "soon",
                             "1s2"}) {
        EXPECT_THAT(complaint([&] { parse_duration(text); }), HasSubstr("is not a duration"))
            << text;
    }
}

TEST(ParsePositiveDuration, RefusesZero) {
    EXPECT_EQ(parse_positive_duration("1ms"), 1ms);
    EXPECT_THAT(complaint([] { parse_positive_duration("0"); }), HasSubstr("above zero"));
}

TEST(ParseSize, TakesEveryUnitInAnyCase) {
    EXPECT_EQ(parse_size("8190"), 8190u);
    EXPECT_EQ(parse_size("64k"), 65536u);
    EXPECT_EQ(parse_size("1M"), 1048576u);
    EXPECT_EQ(parse_size("2G"), 2147483648u);
    EXPECT_EQ(parse_size("1.5K"), 1536u);
}

TEST(ParseSize, RefusesWhatIsNone) {
    for (const char* text : {"", "k", "-1", "1T", "1kk", "0x10", "99999999999G"}) {
        EXPECT_THAT(complaint([&] { parse_size(text); }), HasSubstr("is not a size")) << text;
    }
}

TEST(ParseSize, HoldsItsBounds) {
    EXPECT_EQ(parse_size("16", 16, 32), 16u);
    EXPECT_EQ(parse_size("32", 16, 32), 32u);
    EXPECT_THAT(complaint([] { parse_size("15", 16, 32); }), HasSubstr("from 16 to 32 bytes"));
    EXPECT_THAT(complaint([] { parse_size("33", 16, 32); }), HasSubstr("from 16 to 32 bytes"));
}

TEST(ParseNumber, HoldsItsBoundsAndNamesThem) {
    EXPECT_EQ(parse_number("1", 1, 10), 1u);
    EXPECT_EQ(parse_number("10", 1, 10), 10u);
    for (const char* text : {"0", "11", "", "ten", "1.5", "-1", "18446744073709551617"}) {
        EXPECT_THAT(complaint([&] { parse_number(text, 1, 10); }), HasSubstr("from 1 to 10"))
            << text;
    }
}

TEST(ParseWorkers, TakesNumbersAndAuto) {
    EXPECT_EQ(parse_workers("4"), 4u);
    EXPECT_GE(parse_workers("auto"), 1u);
    EXPECT_THAT(complaint([] { parse_workers("many"); }),
                HasSubstr("\"many\" is not a whole number from 1 to 1000, or auto"));
    EXPECT_THAT(complaint([] { parse_workers("0"); }), HasSubstr("from 1 to 1000"));
}

TEST(ParseSwitch, TakesTheUsualWords) {
    for (const char* text : {"true", "Yes", "y", "on", "1"})
        EXPECT_TRUE(parse_switch(text)) << text;
    for (const char* text : {"false", "NO", "n", "off", "0"})
        EXPECT_FALSE(parse_switch(text)) << text;
    EXPECT_THAT(complaint([] { parse_switch("maybe"); }), HasSubstr("neither"));
}

TEST(ParseUmask, ReadsBitsAsPeopleWriteThem) {
    EXPECT_EQ(parse_umask("0"), 0u);
    EXPECT_EQ(parse_umask("022"), 022u);
    EXPECT_EQ(parse_umask("0o77"), 077u);
    EXPECT_EQ(parse_umask("0x1F"), 0x1fu);
    EXPECT_EQ(parse_umask("18"), 18u);
    for (const char* text : {"", "0x", "08", "-1", "1000", "rwx", "022 "}) {
        EXPECT_THAT(complaint([text] { parse_umask(text); }), HasSubstr("no mask of permissions"))
            << text;
    }
}

TEST(ParseLevel, TakesGunicornsLevels) {
    EXPECT_EQ(parse_level("debug"), LogLevel::Debug);
    EXPECT_EQ(parse_level("WARNING"), LogLevel::Warning);
    EXPECT_THAT(complaint([] { parse_level("loud"); }), HasSubstr("use debug, info"));
    EXPECT_THAT(complaint([] { parse_level("off"); }), HasSubstr("use debug, info"));
}

TEST(Quote, ShowsControlBytesAndCutsWhatIsLong) {
    EXPECT_EQ(quote("a\nb\x7f"), R"("a\x0ab\x7f")");
    EXPECT_EQ(quote(std::string(100, 'x')), "\"" + std::string(60, 'x') + "...\"");
}

}  // namespace
}  // namespace indrik::supervisor
