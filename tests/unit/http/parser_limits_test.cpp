// The limits of the parser, at their edges.

#include <string>

#include <gtest/gtest.h>

#include "indrik/http/parser.hpp"
#include "tests/unit/http/head_outcome.hpp"

namespace indrik::http::tests {
namespace {

HeadLimits small_limits() {
    HeadLimits limits;
    limits.request_line_bytes = 40;
    limits.fields = 3;
    limits.field_bytes = 30;
    limits.head_bytes = 120;
    return limits;
}

/// A request line of that many bytes.
std::string line_of(std::size_t bytes) {
    const std::string ends = "GET / HTTP/1.1";
    return "GET /" + std::string(bytes - ends.size(), 'a') + " HTTP/1.1";
}

std::string field_of(std::size_t bytes) {
    return "X: " + std::string(bytes - 3, 'b');
}

bool is_good(const std::string& outcome) {
    return outcome.rfind("size=", 0) == 0;
}

TEST(RequestParserLimits, AcceptARequestLineOfTheLimit) {
    EXPECT_TRUE(is_good(every_outcome_of(line_of(40) + "\r\nHost: a\r\n\r\n", small_limits())));
}

TEST(RequestParserLimits, RefuseARequestLineBeyond) {
    const std::string text = line_of(41) + "\r\nHost: a\r\n\r\n";
    EXPECT_EQ(every_outcome_of(text, small_limits()), outcome_of(Error::RequestLineTooLong));
    EXPECT_EQ(status_of(Error::RequestLineTooLong), Status::UriTooLong);
}

TEST(RequestParserLimits, RefuseAnEndlessRequestLineWithoutItsEnd) {
    EXPECT_EQ(outcome_of(line_of(41).substr(0, 40), small_limits()), "incomplete");
    EXPECT_EQ(outcome_of(line_of(60).substr(0, 41), small_limits()),
              outcome_of(Error::RequestLineTooLong));
}

TEST(RequestParserLimits, DoNotLetALineGrowBehindItsCarriageReturn) {
    EXPECT_EQ(every_outcome_of(line_of(40) + "\rx", small_limits()),
              outcome_of(Error::BadRequestLine));
}

TEST(RequestParserLimits, AcceptAFieldOfTheLimit) {
    const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n" + field_of(30) + "\r\n\r\n";
    EXPECT_TRUE(is_good(every_outcome_of(text, small_limits())));
}

TEST(RequestParserLimits, RefuseAFieldBeyond) {
    const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n" + field_of(31) + "\r\n\r\n";
    EXPECT_EQ(every_outcome_of(text, small_limits()), outcome_of(Error::FieldTooLarge));
    EXPECT_EQ(status_of(Error::FieldTooLarge), Status::RequestHeaderFieldsTooLarge);
    EXPECT_EQ(outcome_of(text.substr(0, 25 + 31), small_limits()),
              outcome_of(Error::FieldTooLarge));
}

TEST(RequestParserLimits, CountFieldsAlsoDroppedOnes) {
    const std::string three = "GET / HTTP/1.1\r\nHost: a\r\nX_A: b\r\nX: c\r\n";
    EXPECT_TRUE(is_good(every_outcome_of(three + "\r\n", small_limits())));
    EXPECT_EQ(every_outcome_of(three + "X: d\r\n\r\n", small_limits()),
              outcome_of(Error::TooManyFields));
    EXPECT_EQ(status_of(Error::TooManyFields), Status::RequestHeaderFieldsTooLarge);
}

TEST(RequestParserLimits, HoldForTheWholeHeadToTheByte) {
    std::string text = line_of(40) + "\r\nHost: a\r\n" + field_of(30) + "\r\n" + field_of(30);
    text += "\r\n\r\n";
    ASSERT_EQ(text.size(), 117U);
    for (const std::size_t limit : {117, 118}) {
        HeadLimits limits = small_limits();
        limits.head_bytes = limit;
        EXPECT_TRUE(is_good(every_outcome_of(text, limits))) << limit;
    }
    for (std::size_t limit = 0; limit < 117; ++limit) {
        HeadLimits limits = small_limits();
        limits.head_bytes = limit;
        EXPECT_EQ(every_outcome_of(text, limits), outcome_of(Error::HeadTooLarge)) << limit;
    }
    EXPECT_EQ(status_of(Error::HeadTooLarge), Status::RequestHeaderFieldsTooLarge);
}

TEST(RequestParserLimits, CanBeSwitchedOff) {
    HeadLimits limits;
    limits.request_line_bytes = limits.fields = limits.field_bytes = limits.head_bytes =
        std::string::npos;
    std::string text = line_of(100'000) + "\r\nHost: a\r\n";
    for (int i = 0; i < 1000; ++i) text += field_of(100) + "\r\n";
    EXPECT_TRUE(is_good(outcome_of(text + "\r\n", limits)));
}

TEST(RequestParserLimits, AreThoseOfTheDocumentationByDefault) {
    const std::string fields = "\r\nHost: a\r\n";
    EXPECT_TRUE(is_good(outcome_of(line_of(8190) + fields + "\r\n")));
    EXPECT_EQ(outcome_of(line_of(8191) + fields + "\r\n"), outcome_of(Error::RequestLineTooLong));
    std::string text = line_of(20) + fields;
    for (int i = 1; i < 128; ++i) text += "X: y\r\n";
    EXPECT_TRUE(is_good(outcome_of(text + "\r\n")));
    EXPECT_EQ(outcome_of(text + "X: y\r\n\r\n"), outcome_of(Error::TooManyFields));
}

}  // namespace
}  // namespace indrik::http::tests
