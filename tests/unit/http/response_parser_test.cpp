#include "indrik/http/response_parser.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/http/response_outcome.hpp"

namespace indrik::http::tests {
namespace {

using namespace std::string_literals;

struct GoodResponse {
    const char* name;
    std::string text;
    std::string outcome;  // without the size
};

void PrintTo(const GoodResponse& good, std::ostream* out) {
    *out << good.name;
}

class GoodResponseHead : public testing::TestWithParam<GoodResponse> {};

TEST_P(GoodResponseHead, IsReadInAnyFragmentation) {
    const GoodResponse& good = GetParam();
    const std::string size = "size=" + std::to_string(good.text.size()) + "\n";
    EXPECT_EQ(every_response_outcome_of(good.text), size + good.outcome);
}

TEST_P(GoodResponseHead, EndsWhereTheBodyBegins) {
    const GoodResponse& good = GetParam();
    const std::string size = "size=" + std::to_string(good.text.size()) + "\n";
    EXPECT_EQ(response_outcome_of(good.text + "\x16 whatever \n\n"), size + good.outcome);
}

const GoodResponse kGoodResponses[] = {
    {"Plain",
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
     "200 'OK' 1.1 length=5 keep-alive\nContent-Length=5"},
    {"NoFields", "HTTP/1.1 200 OK\r\n\r\n", "200 'OK' 1.1 until-close"},
    {"EmptyReason", "HTTP/1.1 200 \r\n\r\n", "200 '' 1.1 until-close"},
    {"NoReasonNorItsSpace",
     "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
     "200 '' 1.1 none keep-alive\nContent-Length=0"},
    {"ReasonOfSeveralWords", "HTTP/1.1 404 Not  Here\r\n\r\n", "404 'Not  Here' 1.1 until-close"},
    {"ReasonIsKeptAsItCame",
     "HTTP/1.1 200  \tO\xd1\x91K\xff \r\n\r\n",
     "200 ' \tO\xd1\x91K\xff ' 1.1 until-close"},
    {"ReasonThatLooksLikeAnother",
     "HTTP/1.1 200 HTTP/1.1 500 Oops: x\r\n\r\n",
     "200 'HTTP/1.1 500 Oops: x' 1.1 until-close"},
    {"LeastStatus", "HTTP/1.1 100 Continue\r\n\r\n", "100 'Continue' 1.1 none keep-alive"},
    {"GreatestStatus",
     "HTTP/1.1 999 Request denied\r\n\r\n",
     "999 'Request denied' 1.1 until-close"},
    {"UnregisteredStatus", "HTTP/1.1 299\r\n\r\n", "299 '' 1.1 until-close"},
    {"OldServer", "HTTP/1.0 200 OK\r\n\r\n", "200 'OK' 1.0 until-close"},
    {"OldServerThatKeepsAlive",
     "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\n",
     "200 'OK' 1.0 length=1 keep-alive\nConnection=Keep-Alive\nContent-Length=1"},
    {"SpacesAroundValues",
     "HTTP/1.1 200 OK\r\nX-A:\t b\tc d \r\nX-Empty: \r\nX-None:\r\n\r\n",
     "200 'OK' 1.1 until-close\nX-A=b\tc d\nX-Empty=\nX-None="},
    {"HighBytesInValues",
     "HTTP/1.1 200 OK\r\nX-A: \xd1\x91\xff\x80\r\n\r\n",
     "200 'OK' 1.1 until-close\nX-A=\xd1\x91\xff\x80"},
    {"NamesInAnyCaseAndOfAnyTokenCharacter",
     "HTTP/1.1 200 OK\r\ncONTENT-lENGTH: 1\r\n!#$%&'*+-.^_`|~9: b\r\n\r\n",
     "200 'OK' 1.1 length=1 keep-alive\ncONTENT-lENGTH=1\n!#$%&'*+-.^_`|~9=b"},
    {"UnderscoreNamesAreKept",
     "HTTP/1.1 200 OK\r\nContent_Length: 5\r\nX_B: c\r\n\r\n",
     "200 'OK' 1.1 until-close\nContent_Length=5\nX_B=c"},
    {"RepeatedFields",
     "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nServer: x\r\nServer: y\r\n"
     "Content-Type: a/b\r\nContent-Type: a/b\r\nETag: c\r\nETag: c\r\n\r\n",
     "200 'OK' 1.1 until-close\nSet-Cookie=a=1\nSet-Cookie=b=2\nServer=x\nServer=y\n"
     "Content-Type=a/b\nContent-Type=a/b\nETag=c\nETag=c"},
    {"Chunked",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKed\r\n\r\n",
     "200 'OK' 1.1 chunked keep-alive\nTransfer-Encoding=CHUNKed"},
    {"FieldsOfARequestMeanNothing",
     "HTTP/1.1 200 OK\r\nHost: a b\r\nHost: c\r\nExpect: x\r\n\r\n",
     "200 'OK' 1.1 until-close\nHost=a b\nHost=c\nExpect=x"},
    {"Upgrade",
     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
     "101 'Switching Protocols' 1.1 none upgrade\nUpgrade=websocket\nConnection=Upgrade"},
};

INSTANTIATE_TEST_SUITE_P(ResponseParser,
                         GoodResponseHead,
                         testing::ValuesIn(kGoodResponses),
                         [](const auto& it) { return std::string(it.param.name); });

struct BadResponse {
    const char* name;
    std::string text;
    Error error;
};

void PrintTo(const BadResponse& bad, std::ostream* out) {
    *out << bad.name;
}

class BadResponseHead : public testing::TestWithParam<BadResponse> {};

TEST_P(BadResponseHead, IsRefusedInAnyFragmentation) {
    EXPECT_EQ(every_response_outcome_of(GetParam().text), response_outcome_of(GetParam().error));
}

std::string status_line(const std::string& line) {
    return line + "\r\nContent-Length: 0\r\n\r\n";
}

/// A 200 with these further fields.
std::string ok(const std::string& fields) {
    return "HTTP/1.1 200 OK\r\nDate: x\r\n" + fields + "\r\n\r\n";
}

const BadResponse kStatusLines[] = {
    {"EmptyLineBeforeIt", "\r\nHTTP/1.1 200 OK\r\n\r\n", Error::BadStatusLine},
    {"SpaceBeforeIt", status_line(" HTTP/1.1 200 OK"), Error::BadStatusLine},
    {"OldestProtocol", "<html>hello</html>", Error::BadStatusLine},
    {"OtherProtocol", status_line("ICY 200 OK"), Error::BadStatusLine},
    {"RequestLine", "GET / HTTP/1.1\r\n\r\n", Error::BadStatusLine},
    {"LowerCaseProtocol", status_line("http/1.1 200 OK"), Error::BadStatusLine},
    {"EndWithinTheProtocol", "HTT\r\n\r\n", Error::BadStatusLine},
    {"TlsAlert", "\x15\x03\x01\x02"s, Error::BadStatusLine},
    {"Http2FrameFirst", "\0\0\x12\x04"s, Error::BadStatusLine},
    {"NoVersionNumber", status_line("HTTP/"), Error::BadVersion},
    {"NoMinorVersion", status_line("HTTP/1 200 OK"), Error::BadVersion},
    {"Http2WithoutMinorVersion", status_line("HTTP/2 200"), Error::BadVersion},
    {"MinorVersionOfTwoDigits", status_line("HTTP/1.10 200 OK"), Error::BadVersion},
    {"MajorVersionOfTwoDigits", status_line("HTTP/11.1 200 OK"), Error::BadVersion},
    {"TabBehindVersion", status_line("HTTP/1.1\t200 OK"), Error::BadVersion},
    {"UnicodeDigitInVersion", status_line("HTTP/1.\xd9\xa1 200 OK"), Error::BadVersion},
    {"Http20", status_line("HTTP/2.0 200 OK"), Error::UnsupportedVersion},
    {"Http09", status_line("HTTP/0.9 200 OK"), Error::UnsupportedVersion},
    {"Http12", status_line("HTTP/1.2 200 OK"), Error::UnsupportedVersion},
    {"NoStatus", status_line("HTTP/1.1"), Error::BadStatusLine},
    {"NoStatusBehindTheSpace", status_line("HTTP/1.1 "), Error::BadStatusLine},
    {"TwoSpacesBehindVersion", status_line("HTTP/1.1  200 OK"), Error::BadStatusLine},
    {"StatusOfTwoDigits", status_line("HTTP/1.1 20"), Error::BadStatusLine},
    {"StatusOfTwoDigitsAndReason", status_line("HTTP/1.1 20 OK"), Error::BadStatusLine},
    {"StatusOfFourDigits", status_line("HTTP/1.1 2000 OK"), Error::BadStatusLine},
    {"StatusBelowOneHundred", status_line("HTTP/1.1 099 OK"), Error::BadStatusLine},
    {"StatusZero", status_line("HTTP/1.1 000 OK"), Error::BadStatusLine},
    {"SignedStatus", status_line("HTTP/1.1 +20 OK"), Error::BadStatusLine},
    {"NegativeStatus", status_line("HTTP/1.1 -20 OK"), Error::BadStatusLine},
    {"HexStatus", status_line("HTTP/1.1 0xc OK"), Error::BadStatusLine},
    {"LetterInStatus", status_line("HTTP/1.1 2o0 OK"), Error::BadStatusLine},
    {"UnicodeDigitInStatus", status_line("HTTP/1.1 2\xd9\xa0 OK"), Error::BadStatusLine},
    {"TabBehindStatus", status_line("HTTP/1.1 200\tOK"), Error::BadStatusLine},
    {"ReasonWithoutSpace", status_line("HTTP/1.1 200OK"), Error::BadStatusLine},
    {"BareLf", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", Error::BadStatusLine},
    {"BareCrInReason", "HTTP/1.1 200 O\rK\r\n\r\n", Error::BadStatusLine},
    {"CrCrLf", "HTTP/1.1 200 OK\r\r\n\r\n", Error::BadStatusLine},
    {"NulInReason", status_line("HTTP/1.1 200 O\0K"s), Error::BadStatusLine},
    {"DelInReason", status_line("HTTP/1.1 200 O\x7fK"), Error::BadStatusLine},
    {"EscapeInReason", status_line("HTTP/1.1 200 \x1b[31m"), Error::BadStatusLine},
};

const BadResponse kFields[] = {
    {"SpaceBeforeColon", ok("X-A : b"), Error::BadFieldName},
    {"TabBeforeColon", ok("X-A\t: b"), Error::BadFieldName},
    {"SpaceBeforeColonOfKnownName", ok("Content-Length : 5"), Error::BadFieldName},
    {"EmptyName", ok(": b"), Error::BadFieldName},
    {"NoColon", ok("X-A"), Error::BadFieldName},
    {"ParenthesisInName", ok("X(A): b"), Error::BadFieldName},
    {"NonAsciiName", ok("X-\xc3\x84: b"), Error::BadFieldName},
    {"NulInName", ok("X\0A: b"s), Error::BadFieldName},
    {"ControlInName", ok("\x0bTransfer-Encoding: chunked"), Error::BadFieldName},
    {"FoldedBySpace", ok("X-A: b\r\n c"), Error::BadFieldValue},
    {"FoldedByTab", ok("X-A: b\r\n\tc"), Error::BadFieldValue},
    {"FoldedFirstLine", "HTTP/1.1 200 OK\r\n X: a\r\n\r\n", Error::BadFieldValue},
    {"LfInValue", ok("X-A: b\nX-C: d"), Error::BadFieldValue},
    {"CrInValue", ok("X-A: b\rX-C: d"), Error::BadFieldValue},
    {"CrCrLfInFields", ok("X-A: b\r"), Error::BadFieldValue},
    {"NulInValue", ok("X-A: b\0"s), Error::BadFieldValue},
    {"UnitSeparatorInValue", ok("X-A: b\x1f"), Error::BadFieldValue},
    {"DelInValue", ok("X-A: b\x7f"), Error::BadFieldValue},
    {"BareCrInsteadOfTheEnd", "HTTP/1.1 200 OK\r\nX: a\r\n\rx", Error::BadFieldValue},
    {"BareLfInsteadOfTheEnd", "HTTP/1.1 200 OK\r\nX: a\r\n\n", Error::BadFieldName},
    {"TwoLocations", ok("Location: /a\r\nLocation: /b"), Error::DuplicateField},
    {"TwoContentRanges",
     ok("Content-Range: bytes 0-1/2\r\nContent-Range: bytes 0-1/2"),
     Error::DuplicateField},
    {"TwoEqualLengths", ok("Content-Length: 5\r\nContent-Length: 5"), Error::BadContentLength},
    {"TwoLengths", ok("Content-Length: 5\r\ncontent-length: 6"), Error::BadContentLength},
    {"ChunkedTwice",
     ok("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
     Error::BadTransferEncoding},
    {"LengthAndCoding",
     ok("Content-Length: 5\r\nTransfer-Encoding: chunked"),
     Error::ConflictingLength},
    {"CodingAndLength",
     ok("Transfer-Encoding: chunked\r\nContent-Length: 5"),
     Error::ConflictingLength},
    {"SwitchWithoutProtocol", "HTTP/1.1 101 X\r\n\r\n", Error::BadUpgrade},
};

std::string name_of(const testing::TestParamInfo<BadResponse>& info) {
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(StatusLine, BadResponseHead, testing::ValuesIn(kStatusLines), name_of);
INSTANTIATE_TEST_SUITE_P(Fields, BadResponseHead, testing::ValuesIn(kFields), name_of);

// Refused as soon as it cannot become better, without waiting for the line's end.

TEST(ResponseParser, RefusesWhatIsNotHTTPAtOnce) {
    EXPECT_EQ(response_outcome_of("S"), response_outcome_of(Error::BadStatusLine));
    EXPECT_EQ(response_outcome_of("HTTP "), response_outcome_of(Error::BadStatusLine));
    EXPECT_EQ(response_outcome_of("\r"), response_outcome_of(Error::BadStatusLine));
}

TEST(ResponseParser, RefusesControlsInAnUnfinishedLineAtOnce) {
    EXPECT_EQ(response_outcome_of("HTTP/1.1 2\x01"), response_outcome_of(Error::BadStatusLine));
    EXPECT_EQ(response_outcome_of("HTTP/1.1 200 OK\n"), response_outcome_of(Error::BadStatusLine));
    EXPECT_EQ(response_outcome_of("HTTP/1.1 200 OK\r\nX-A: \x01"),
              response_outcome_of(Error::BadFieldValue));
    EXPECT_EQ(response_outcome_of("HTTP/1.1 200 OK\r\n "),
              response_outcome_of(Error::BadFieldValue));
}

TEST(ResponseParser, WaitsForNothing) {
    for (const std::string_view text :
         {"", "H", "HTTP/", "HTTP/1.1 200 OK\r", "HTTP/1.1 200\r\n"}) {
        EXPECT_EQ(response_outcome_of(text), "incomplete") << text;
    }
    EXPECT_EQ(response_outcome_of("HTTP/1.1 200 OK\r\nX: a\r\n\r"), "incomplete");
}

TEST(ResponseParser, ReadsInterimResponsesWithOneHeadObject) {
    const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nX-A: b\r\n\r\n";
    const std::string last = "HTTP/1.0 204\r\n\r\n";
    const std::string both = interim + last;
    ResponseParser parser;
    ResponseHead head;
    EXPECT_EQ(parser.parse(both, head).value(), interim.size());
    EXPECT_EQ(head.status, Status::EarlyHints);
    EXPECT_EQ(head.reason, "Early Hints");
    EXPECT_EQ(head.headers.size(), 2U);
    EXPECT_EQ(parser.parse(std::string_view(both).substr(interim.size()), head).value(),
              last.size());
    EXPECT_EQ(head.status, Status::NoContent);
    EXPECT_EQ(head.reason, "");
    EXPECT_EQ(head.version, Version::Http10);
    EXPECT_TRUE(head.headers.empty());
}

TEST(ResponseParser, RemembersTheMethodUntilAnotherIsSet) {
    const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n";
    ResponseParser parser;
    ResponseHead head;
    parser.set_request_method(Method::Head);
    for (int i = 0; i < 2; ++i) {
        ASSERT_EQ(parser.parse(text, head).value(), text.size());
        EXPECT_EQ(describe_framing(head), "none keep-alive");
        parser.reset();
    }
    parser.set_request_method(Method::Post);
    ASSERT_EQ(parser.parse(text, head).value(), text.size());
    EXPECT_EQ(describe_framing(head), "length=7 keep-alive");
}

TEST(ResponseParser, ViewsPointIntoTheReceivedBytesAlsoAfterAMove) {
    const std::string text = "HTTP/1.1 200 Fine\r\nServer: a\r\nVary: b\r\n\r\n";
    for (std::size_t come = 19; come < text.size(); ++come) {
        std::string before = text.substr(0, come);
        ResponseParser parser;
        ResponseHead head;
        ASSERT_EQ(parser.parse(before, head).value(), 0U);
        const std::string after = text;
        before.assign(before.size(), 'x');
        ASSERT_EQ(parser.parse(after, head).value(), text.size());
        const auto inside = [&after](std::string_view view) {
            return view.data() >= after.data() &&
                   view.data() + view.size() <= after.data() + after.size();
        };
        EXPECT_TRUE(inside(head.reason));
        EXPECT_TRUE(inside(head.headers[0].name) && inside(head.headers[0].value));
        EXPECT_EQ(head.reason, "Fine");
        EXPECT_EQ(head.headers.get(Field::Server), "a");
        EXPECT_EQ(head.headers.get(Field::Vary), "b");
    }
}

TEST(ResponseParser, ForgetsAnUnfinishedHeadOnReset) {
    ResponseParser parser;
    ResponseHead head;
    ASSERT_EQ(parser.parse("HTTP/1.1 500 Old\r\nServer: a\r\nX-O", head).value(), 0U);
    parser.reset();
    const std::string_view text = "HTTP/1.1 200 New\r\nVary: b\r\n\r\n";
    ASSERT_EQ(parser.parse(text, head).value(), text.size());
    EXPECT_EQ(head.reason, "New");
    EXPECT_EQ(head.headers.size(), 1U);
}

TEST(ResponseParser, IsReadyForAnotherHeadBehindAnError) {
    ResponseParser parser;
    ResponseHead head;
    EXPECT_FALSE(parser.parse("HTTP/1.0 200 OK\r\nBad Name: x\r\n\r\n", head));
    EXPECT_FALSE(parser.parse("HTTP/1.1 101 OK\r\n\r\n", head));
    const std::string_view text = "HTTP/1.1 200 New\r\nVary: b\r\n\r\n";
    ASSERT_EQ(parser.parse(text, head).value(), text.size());
    EXPECT_EQ(describe(head), "200 'New' 1.1 until-close\nVary=b");
}

TEST(ResponseParser, LooksAtEachByteOnceHoweverSlowlyItComes) {
    // 60 KiB byte by byte is quick when linear: a quadratic parser would take minutes under
    // sanitizers.
    std::string text = "HTTP/1.1 200 " + std::string(7500, 'r') + "\r\n";
    for (int i = 0; i < 7; ++i) text += "X-Long: " + std::string(7500, 'v') + "\r\n";
    text += "\r\n";
    ResponseParser parser;
    ResponseHead head;
    for (std::size_t come = 1; come <= text.size(); ++come) {
        const std::size_t size = parser.parse(std::string_view(text).substr(0, come), head).value();
        ASSERT_EQ(size != 0, come == text.size());
    }
    EXPECT_EQ(head.headers.size(), 7U);
}

}  // namespace
}  // namespace indrik::http::tests
