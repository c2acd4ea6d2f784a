#include "indrik/http/dates.hpp"

#include <cstring>
#include <ctime>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

constexpr std::time_t kExample = 784111777;  // of RFC 9110
constexpr std::time_t kNow = 1'785'000'000;  // in July 2026

std::string by_the_library(std::time_t time) {
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[64];
    std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return text;
}

TEST(FormatDate, WritesTheExampleOfTheRFC) {
    EXPECT_EQ(format_date(kExample), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(format_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
    char buffer[kDateSize + 1];
    std::memset(buffer, '#', sizeof(buffer));
    format_date(kExample, buffer);
    EXPECT_EQ(std::string(buffer, sizeof(buffer)), "Sun, 06 Nov 1994 08:49:37 GMT#");
}

TEST(FormatDate, AgreesWithTheLibraryAndIsReadBack) {
    // A step of 37 days and some seconds visits every day of the month and every leap rule from
    // 1000 to 9999.
    for (std::time_t time = -30'610'224'000; time < 253'402'300'799; time += 3'237'661) {
        const std::string text = format_date(time);
        ASSERT_EQ(text, by_the_library(time));
        ASSERT_EQ(parse_date(text, kNow), time);
    }
}

TEST(FormatDate, MovesTimesBeyondTheYearsOfFourDigits) {
    EXPECT_EQ(format_date(253'402'300'799), "Fri, 31 Dec 9999 23:59:59 GMT");
    EXPECT_EQ(format_date(253'402'300'800), "Fri, 31 Dec 9999 23:59:59 GMT");
    EXPECT_EQ(format_date(std::numeric_limits<std::time_t>::max()),
              "Fri, 31 Dec 9999 23:59:59 GMT");
    EXPECT_EQ(format_date(std::numeric_limits<std::time_t>::min()),
              "Sat, 01 Jan 0000 00:00:00 GMT");
}

TEST(ParseDate, ReadsAllThreeForms) {
    EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37 GMT"), kExample);
    EXPECT_EQ(parse_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow), kExample);
    EXPECT_EQ(parse_date("Sun Nov  6 08:49:37 1994"), kExample);
    EXPECT_EQ(parse_date("Wed Nov 16 08:49:37 1994"), kExample + 10 * 86400);
}

TEST(ParseDate, TakesTwoDigitsWithinFiftyYears) {
    EXPECT_EQ(format_date(*parse_date("Wednesday, 01-Jan-70 00:00:00 GMT", kNow)).substr(12, 4),
              "2070");
    EXPECT_EQ(format_date(*parse_date("Saturday, 01-Jan-77 00:00:00 GMT", kNow)).substr(12, 4),
              "1977");
    EXPECT_EQ(format_date(*parse_date("Wednesday, 01-Jan-76 00:00:00 GMT", kNow)).substr(12, 4),
              "2076");
}

TEST(ParseDate, TakesALeapSecondForTheOneBefore) {
    EXPECT_EQ(parse_date("Sat, 31 Dec 2016 23:59:60 GMT"),
              parse_date("Sat, 31 Dec 2016 23:59:59 GMT"));
}

TEST(ParseDate, RefusesWhatIsNoDate) {
    for (const char* text : {"",
                             "yesterday",
                             "Sun, 06 Nov 1994 08:49:37",
                             "Sun, 06 Nov 1994 08:49:37 UTC",
                             "Sun, 06 Nov 1994 08:49:37 GMT ",
                             "Sun, 6 Nov 1994 08:49:37 GMT",
                             "sun, 06 nov 1994 08:49:37 gmt",
                             "Mon, 06 Nov 1994 08:49:37 GMT",
                             "Sun, 06 Nov 94 08:49:37 GMT",
                             "Sun, 06 Nov 1994 24:00:00 GMT",
                             "Sun, 06 Nov 1994 08:60:00 GMT",
                             "Sun, 06 Nov 1994 08:49:61 GMT",
                             "Sun, 06 Nov 1994 08:49:3x GMT",
                             "Wed, 30 Feb 1994 00:00:00 GMT",
                             "Wed, 29 Feb 1995 00:00:00 GMT",
                             "Wed, 00 Feb 1995 00:00:00 GMT",
                             "Wed, 32 Mar 1995 00:00:00 GMT",
                             "Sunday, 06-Nov-1994 08:49:37 GMT",
                             "Sun Nov 6 08:49:37 1994",
                             "Sun Nov  6 08:49:37 1994 GMT"}) {
        EXPECT_FALSE(parse_date(text, kNow)) << text;
    }
}

}  // namespace
}  // namespace indrik::http::tests
