// The limits of the response parser, at their edges.

#include <string>

#include <gtest/gtest.h>

#include "indrik/http/response_parser.hpp"
#include "tests/unit/http/response_outcome.hpp"

namespace indrik::http::tests {
namespace {

ResponseLimits small_limits() {
    ResponseLimits limits;
    limits.status_line_bytes = 40;
    limits.fields = 3;
    limits.field_bytes = 30;
    limits.head_bytes = 120;
    return limits;
}

/// A status line of that many bytes.
std::string line_of(std::size_t bytes) {
    const std::string begin = "HTTP/1.1 200 ";
    return begin + std::string(bytes - begin.size(), 'a');
}

std::string field_of(std::size_t bytes) {
    return "X: " + std::string(bytes - 3, 'b');
}

std::string every_outcome(const std::string& text, const ResponseLimits& limits = small_limits()) {
    return every_response_outcome_of(text, Method::Get, limits);
}

std::string outcome(const std::string& text, const ResponseLimits& limits = small_limits()) {
    return response_outcome_of(text, Method::Get, limits);
}

bool is_good(const std::string& outcome) {
    return outcome.rfind("size=", 0) == 0;
}

TEST(ResponseParserLimits, HoldForTheStatusLineToTheByte) {
    EXPECT_TRUE(is_good(every_outcome(line_of(40) + "\r\n\r\n")));
    EXPECT_EQ(every_outcome(line_of(41) + "\r\n\r\n"),
              response_outcome_of(Error::StatusLineTooLong));
}

TEST(ResponseParserLimits, RefuseAnEndlessStatusLineWithoutItsEnd) {
    EXPECT_EQ(outcome(line_of(40)), "incomplete");
    EXPECT_EQ(outcome(line_of(41)), response_outcome_of(Error::StatusLineTooLong));
}

TEST(ResponseParserLimits, DoNotLetALineGrowBehindItsCarriageReturn) {
    EXPECT_EQ(every_outcome(line_of(40) + "\rx"), response_outcome_of(Error::BadStatusLine));
}

TEST(ResponseParserLimits, HoldForAFieldToTheByte) {
    const std::string begin = "HTTP/1.1 200 OK\r\n";
    EXPECT_TRUE(is_good(every_outcome(begin + field_of(30) + "\r\n\r\n")));
    EXPECT_EQ(every_outcome(begin + field_of(31) + "\r\n\r\n"),
              response_outcome_of(Error::FieldTooLarge));
    EXPECT_EQ(outcome(begin + field_of(30)), "incomplete");
    EXPECT_EQ(outcome(begin + field_of(31)), response_outcome_of(Error::FieldTooLarge));
}

TEST(ResponseParserLimits, CountFields) {
    const std::string three = "HTTP/1.1 200 OK\r\nX: a\r\nX_A: b\r\nX: c\r\n";
    EXPECT_TRUE(is_good(every_outcome(three + "\r\n")));
    EXPECT_EQ(every_outcome(three + "X: d\r\n\r\n"), response_outcome_of(Error::TooManyFields));
}

TEST(ResponseParserLimits, CountTheFieldsOfEachHeadAnew) {
    const std::string three = "HTTP/1.1 200 OK\r\nX: a\r\nX: b\r\nX: c\r\n\r\n";
    ResponseParser parser(small_limits());
    ResponseHead head;
    EXPECT_EQ(parser.parse(three, head).value(), three.size());
    EXPECT_EQ(parser.parse(three, head).value(), three.size());
}

TEST(ResponseParserLimits, HoldForTheWholeHeadToTheByte) {
    const std::string text =
        line_of(40) + "\r\n" + field_of(30) + "\r\n" + field_of(30) + "\r\n\r\n";
    ASSERT_EQ(text.size(), 108U);
    for (const std::size_t limit : {108, 109}) {
        ResponseLimits limits = small_limits();
        limits.head_bytes = limit;
        EXPECT_TRUE(is_good(every_outcome(text, limits))) << limit;
    }
    for (std::size_t limit = 0; limit < 108; ++limit) {
        ResponseLimits limits = small_limits();
        limits.head_bytes = limit;
        EXPECT_EQ(every_outcome(text, limits), response_outcome_of(Error::HeadTooLarge)) << limit;
    }
}

TEST(ResponseParserLimits, ComeBeforeALookAtTheBytesBeyond) {
    for (std::size_t limit = 0; limit < 5; ++limit) {
        ResponseLimits limits = small_limits();
        limits.head_bytes = limit;
        EXPECT_EQ(every_outcome("HTTPS", limits), response_outcome_of(Error::HeadTooLarge));
        limits = small_limits();
        limits.status_line_bytes = limit;
        EXPECT_FALSE(is_good(every_outcome("HTTPS/1.1 200 OK\r\n\r\n", limits)));
        EXPECT_EQ(every_outcome("HTTP/1.1 200 OK\r\n\r\n", limits),
                  response_outcome_of(Error::StatusLineTooLong));
    }
}

TEST(ResponseParserLimits, SayNothingBeforeTheFirstByte) {
    ResponseLimits limits = small_limits();
    limits.status_line_bytes = limits.head_bytes = 0;
    EXPECT_EQ(outcome("", limits), "incomplete");
    EXPECT_EQ(outcome("H", limits), response_outcome_of(Error::HeadTooLarge));
}

TEST(ResponseParserLimits, CanBeSwitchedOff) {
    ResponseLimits limits;
    limits.status_line_bytes = limits.fields = limits.field_bytes = limits.head_bytes =
        std::string::npos;
    std::string text = line_of(100'000) + "\r\n";
    for (int i = 0; i < 1000; ++i) text += field_of(100) + "\r\n";
    EXPECT_TRUE(is_good(outcome(text + "\r\n", limits)));
}

TEST(ResponseParserLimits, AreThoseOfTheDocumentationByDefault) {
    const ResponseLimits limits;
    EXPECT_TRUE(is_good(outcome(line_of(8190) + "\r\n\r\n", limits)));
    EXPECT_EQ(outcome(line_of(8191) + "\r\n\r\n", limits),
              response_outcome_of(Error::StatusLineTooLong));
    std::string text = line_of(20) + "\r\n";
    EXPECT_TRUE(is_good(outcome(text + field_of(8190) + "\r\n\r\n", limits)));
    EXPECT_EQ(outcome(text + field_of(8191) + "\r\n\r\n", limits),
              response_outcome_of(Error::FieldTooLarge));
    std::string large = text;
    for (int i = 0; i < 8; ++i) large += field_of(8185) + "\r\n";
    ASSERT_EQ(large.size(), 65518U);
    EXPECT_TRUE(is_good(outcome(large + field_of(14) + "\r\n\r\n", limits)));
    EXPECT_EQ(outcome(large + field_of(15) + "\r\n\r\n", limits),
              response_outcome_of(Error::HeadTooLarge));
    for (int i = 0; i < 128; ++i) text += "X: y\r\n";
    EXPECT_TRUE(is_good(outcome(text + "\r\n", limits)));
    EXPECT_EQ(outcome(text + "X: y\r\n\r\n", limits), response_outcome_of(Error::TooManyFields));
}

}  // namespace
}  // namespace indrik::http::tests
