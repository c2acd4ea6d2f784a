// What the parser refuses, one named case for each way to lie about a request.
//
// The cases follow the smuggling matrices of aiohttp and gunicorn and their advisories, among them
// CVE-2018-1000164, CVE-2022-33124 (IPv6), CVE-2023-37276 (controls in values), CVE-2023-47627
// (lenient numbers, names and chunk sizes), CVE-2023-47641 (two lengths), CVE-2023-49082 (methods),
// CVE-2024-1135 and CVE-2024-6827 (codings), CVE-2024-23829 (separators), CVE-2025-69224 (Unicode
// digits), CVE-2026-34525 (two Hosts), CVE-2026-54277 (limits and small fragments), CVE-2026-69243
// (handshakes with a body), CVE-2026-69244 (reading past a refused head). Those of chunked bodies
// are in chunked_test.cpp: CVE-2024-52304, CVE-2025-53643, CVE-2025-69229, CVE-2026-22815.

#include <string>

#include <gtest/gtest.h>

#include "indrik/http/parser.hpp"
#include "tests/unit/http/head_outcome.hpp"

namespace indrik::http::tests {
namespace {

using namespace std::string_literals;

struct BadCase {
    const char* name;
    std::string text;
    Error error;
    unsigned status;
};

void PrintTo(const BadCase& bad, std::ostream* out) {
    *out << bad.name;
}

/// A POST with these further fields.
std::string post(const std::string& fields) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n";
}

std::string get(const std::string& target, const std::string& host = "a") {
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

std::string request_line(const std::string& line) {
    return line + "\r\nHost: a\r\n\r\n";
}

class BadHead : public testing::TestWithParam<BadCase> {};

TEST_P(BadHead, IsRefusedInAnyFragmentation) {
    EXPECT_EQ(every_outcome_of(GetParam().text), outcome_of(GetParam().error));
}

TEST_P(BadHead, IsAnsweredWithItsStatus) {
    EXPECT_EQ(to_number(status_of(GetParam().error)), GetParam().status);
}

const BadCase kRequestLines[] = {
    {"NoSpaces", request_line("GET"), Error::BadRequestLine, 400},
    {"NoVersion", request_line("GET /"), Error::BadRequestLine, 400},
    {"ThreeSpaces", request_line("GET / x HTTP/1.1"), Error::BadRequestLine, 400},
    {"SpaceBehindVersion", request_line("GET / HTTP/1.1 "), Error::BadVersion, 400},
    {"TwoSpacesBehindMethod", request_line("GET  / HTTP/1.1"), Error::BadRequestLine, 400},
    {"TabForSpace", request_line("GET\t/ HTTP/1.1"), Error::BadRequestLine, 400},
    {"BareLf", "GET / HTTP/1.1\nHost: a\n\n", Error::BadRequestLine, 400},
    {"BareCr", "GET /\rx HTTP/1.1\r\nHost: a\r\n\r\n", Error::BadRequestLine, 400},
    {"NulInTarget", request_line("GET /\0 HTTP/1.1"s), Error::BadRequestLine, 400},
    {"EmptyLineOfBareLf", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Error::BadRequestLine, 400},
    {"TooManyEmptyLines",
     "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
     Error::BadRequestLine,
     400},
    {"CrBeforeIt", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", Error::BadRequestLine, 400},
    {"TlsClientHello", "\x16\x03\x01\x02"s, Error::BadMethod, 400},
    {"Http2FrameFirst", "\0\0\x12\x04"s, Error::BadMethod, 400},
    {"SpaceBeforeMethod", request_line(" GET / HTTP/1.1"), Error::BadMethod, 400},
    {"LowerCaseMethod", request_line("get / HTTP/1.1"), Error::BadMethod, 400},
    {"MixedCaseMethod", request_line("GeT / HTTP/1.1"), Error::BadMethod, 400},
    {"MethodTooShort", request_line("GE / HTTP/1.1"), Error::BadMethod, 400},
    {"MethodTooLong", request_line("ABCDEFGHIJKLMNOPQRSTU / HTTP/1.1"), Error::BadMethod, 400},
    {"MethodWithHash", request_line("GET# / HTTP/1.1"), Error::BadMethod, 400},
    {"MethodWithSeparator", request_line("GE(T / HTTP/1.1"), Error::BadMethod, 400},
    {"MethodOfHighBytes", request_line("G\xc3\x89T / HTTP/1.1"), Error::BadMethod, 400},
    {"MethodBeginningWithDigit", request_line("1GET / HTTP/1.1"), Error::BadMethod, 400},
    {"EmptyTarget", request_line("GET  HTTP/1.1"), Error::BadTarget, 400},
    {"RelativeTarget", get("index.html"), Error::BadTarget, 400},
    {"AsteriskOfGet", get("*"), Error::BadTarget, 400},
    {"AuthorityOfGet", get("a:80"), Error::BadTarget, 400},
    {"PathOfConnect", request_line("CONNECT / HTTP/1.1"), Error::BadTarget, 400},
    {"ConnectWithoutPort", request_line("CONNECT a HTTP/1.1"), Error::BadTarget, 400},
    {"FragmentInTarget", get("/a#b"), Error::BadTarget, 400},
    {"QuoteInTarget", get("/\"a"), Error::BadTarget, 400},
    {"AngleInTarget", get("/<a>"), Error::BadTarget, 400},
    {"BackslashInTarget", get("/\\a"), Error::BadTarget, 400},
    {"HighByteInTarget", get("/\xd1\x91"), Error::BadTarget, 400},
    {"OtherScheme", get("ftp://a/"), Error::BadTarget, 400},
    {"AbsoluteWithoutHost", get("http:///x"), Error::BadTarget, 400},
    {"UserinfoInAuthority", get("http://user:pw@a/"), Error::BadTarget, 400},
    {"BadIPv6InTarget", get("http://[::1/"), Error::BadTarget, 400},
    {"BadIPv6Digits", get("http://[12345::]/"), Error::BadTarget, 400},
    {"PortTooGreatInTarget", get("http://a:65536/"), Error::BadTarget, 400},
    {"MinorVersionOfTwoDigits", request_line("GET / HTTP/1.10"), Error::BadVersion, 400},
    {"MajorVersionOfTwoDigits", request_line("GET / HTTP/11.1"), Error::BadVersion, 400},
    {"LowerCaseVersion", request_line("GET / http/1.1"), Error::BadVersion, 400},
    {"NoMinorVersion", request_line("GET / HTTP/1"), Error::BadVersion, 400},
    {"OtherProtocol", request_line("GET / RTSP/1.0"), Error::BadVersion, 400},
    {"CrlfInjectedVersion", request_line("GET / HTTP/1.1\tx"), Error::BadRequestLine, 400},
    {"UnicodeDigitInVersion", request_line("GET / HTTP/1.\xd9\xa1"), Error::BadVersion, 400},
    {"Http2", request_line("GET / HTTP/2.0"), Error::UnsupportedVersion, 505},
    {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Error::UnsupportedVersion, 505},
    {"Http09", request_line("GET / HTTP/0.9"), Error::UnsupportedVersion, 505},
    {"Http12", request_line("GET / HTTP/1.2"), Error::UnsupportedVersion, 505},
};

const BadCase kFields[] = {
    {"SpaceBeforeColon", post("X-A : b"), Error::BadFieldName, 400},
    {"TabBeforeColon", post("X-A\t: b"), Error::BadFieldName, 400},
    {"SpaceBeforeColonOfKnownName", post("Content-Length : 5"), Error::BadFieldName, 400},
    {"EmptyName", post(": b"), Error::BadFieldName, 400},
    {"NoColon", post("X-A"), Error::BadFieldName, 400},
    {"ParenthesisInName", post("X(A): b"), Error::BadFieldName, 400},
    {"SlashInName", post("X/A: b"), Error::BadFieldName, 400},
    {"NonAsciiName", post("X-\xc3\x84: b"), Error::BadFieldName, 400},
    {"NulInName", post("X\0A: b"s), Error::BadFieldName, 400},
    {"ControlInName", post("\x0bTransfer-Encoding: chunked"), Error::BadFieldName, 400},
    {"FoldedBySpace", post("X-A: b\r\n c"), Error::BadFieldValue, 400},
    {"FoldedByTab", post("X-A: b\r\n\tc"), Error::BadFieldValue, 400},
    {"FoldedFirstLine", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", Error::BadFieldValue, 400},
    {"LfInValue", post("X-A: b\nX-C: d"), Error::BadFieldValue, 400},
    {"CrInValue", post("X-A: b\rX-C: d"), Error::BadFieldValue, 400},
    {"CrCrLf", post("X-A: b\r"), Error::BadFieldValue, 400},
    {"NulInValue", post("X-A: b\0"s), Error::BadFieldValue, 400},
    {"UnitSeparatorInValue", post("X-A: b\x1f"), Error::BadFieldValue, 400},
    {"DelInValue", post("X-A: b\x7f"), Error::BadFieldValue, 400},
    {"VerticalTabInValue", post("X-A: \x0b"), Error::BadFieldValue, 400},
    {"BareCrInsteadOfTheEnd", "GET / HTTP/1.1\r\nHost: a\r\n\rx", Error::BadFieldValue, 400},
    {"DuplicateContentType",
     post("Content-Type: a/b\r\ncontent-type: a/b"),
     Error::DuplicateField,
     400},
    {"DuplicateUserAgent", post("User-Agent: a\r\nUser-Agent: b"), Error::DuplicateField, 400},
    {"DuplicateETag", post("ETag: a\r\nETag: a"), Error::DuplicateField, 400},
    {"DuplicateContentLocation",
     post("Content-Location: a\r\nContent-Location: a"),
     Error::DuplicateField,
     400},
    {"DuplicateContentRange",
     post("Content-Range: a\r\nContent-Range: a"),
     Error::DuplicateField,
     400},
    {"DuplicateMaxForwards",
     post("Max-Forwards: 1\r\nMax-Forwards: 1"),
     Error::DuplicateField,
     400},
    {"DuplicateServer", post("Server: 1\r\nServer: 1"), Error::DuplicateField, 400},
    {"OtherExpectation", post("Expect: 200-ok"), Error::UnsupportedExpectation, 417},
    {"TwoExpectations",
     post("Expect: 100-continue\r\nExpect: foo"),
     Error::UnsupportedExpectation,
     417},
    {"WebSocketHandshakeWithBody",
     post("Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 5"),
     Error::UpgradeWithBody,
     400},
    {"WebSocketHandshakeWithChunkedBody",
     post("Connection: upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked"),
     Error::UpgradeWithBody,
     400},
};

const BadCase kHosts[] = {
    {"NoHost", "GET / HTTP/1.1\r\n\r\n", Error::BadHost, 400},
    {"DuplicateHost", post("Host: a"), Error::BadHost, 400},
    {"DuplicateOtherHost", post("hoST: b"), Error::BadHost, 400},
    {"DuplicateHostOfOldClient",
     "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
     Error::BadHost,
     400},
    {"EmptyHost", get("/", ""), Error::BadHost, 400},
    {"HostList", get("/", "a, b c"), Error::BadHost, 400},
    {"HostWithPath", get("/", "a/b"), Error::BadHost, 400},
    {"HostWithUserinfo", get("/", "x@a"), Error::BadHost, 400},
    {"HostWithQuery", get("/", "a?b"), Error::BadHost, 400},
    {"HostOfHighBytes", get("/", "\xd1\x91"), Error::BadHost, 400},
    {"HostWithNamedPort", get("/", "a:http"), Error::BadHost, 400},
    {"HostWithSignedPort", get("/", "a:+80"), Error::BadHost, 400},
    {"HostWithTwoPorts", get("/", "a:80:80"), Error::BadHost, 400},
    {"HostWithGreatPort", get("/", "a:65536"), Error::BadHost, 400},
    {"HostOfPortOnly", get("/", ":80"), Error::BadHost, 400},
    {"HostWithBadEncoding", get("/", "a%4"), Error::BadHost, 400},
    {"HostOfBareIPv6", get("/", "::1"), Error::BadHost, 400},
    {"HostOfBadIPv6", get("/", "[::1::]"), Error::BadHost, 400},
    {"BadHostOfOldClient", "GET / HTTP/1.0\r\nHost: a b\r\n\r\n", Error::BadHost, 400},
    {"AbsoluteWithOtherHost", get("http://a/", "b"), Error::BadHost, 400},
    {"AbsoluteWithOtherPort", get("http://a/", "a:8000"), Error::BadHost, 400},
    {"AbsoluteWithPortOfOtherScheme", get("https://a/", "a:80"), Error::BadHost, 400},
    {"AbsoluteWithEmptyHost", get("http://a/", ""), Error::BadHost, 400},
    {"AbsoluteWithoutHostField", "GET http://a/ HTTP/1.1\r\n\r\n", Error::BadHost, 400},
    {"ConnectWithoutHostField", "CONNECT a:443 HTTP/1.1\r\n\r\n", Error::BadHost, 400},
};

const BadCase kFraming[] = {
    {"LengthAndCoding",
     post("Content-Length: 5\r\nTransfer-Encoding: chunked"),
     Error::ConflictingLength,
     400},
    {"CodingAndLength",
     post("Transfer-Encoding: chunked\r\nContent-Length: 5"),
     Error::ConflictingLength,
     400},
    {"TwoEqualLengths",
     post("Content-Length: 5\r\nContent-Length: 5"),
     Error::BadContentLength,
     400},
    {"TwoLengths", post("Content-Length: 5\r\nContent-Length: 6"), Error::BadContentLength, 400},
    {"LengthList", post("Content-Length: 5, 5"), Error::BadContentLength, 400},
    {"PlusLength", post("Content-Length: +5"), Error::BadContentLength, 400},
    {"MinusLength", post("Content-Length: -1"), Error::BadContentLength, 400},
    {"HexLength", post("Content-Length: 0x5"), Error::BadContentLength, 400},
    {"UnderscoreLength", post("Content-Length: 5_0"), Error::BadContentLength, 400},
    {"UnicodeLength", post("Content-Length: \xd9\xa5"), Error::BadContentLength, 400},
    {"SpacedLength", post("Content-Length: 5 0"), Error::BadContentLength, 400},
    {"EmptyLength", post("Content-Length: "), Error::BadContentLength, 400},
    {"LengthOfTwentyDigits",
     post("Content-Length: 18446744073709551621"),
     Error::BadContentLength,
     400},
    {"LengthBeyondSignedRange",
     post("Content-Length: 9223372036854775808"),
     Error::BadContentLength,
     400},
    {"XChunked", post("Transfer-Encoding: xchunked"), Error::BadTransferEncoding, 400},
    {"ChunkedIdentity",
     post("Transfer-Encoding: chunked, identity"),
     Error::BadTransferEncoding,
     400},
    {"Identity", post("Transfer-Encoding: identity"), Error::BadTransferEncoding, 400},
    {"ChunkedInOneListTwice",
     post("Transfer-Encoding: chunked, chunked"),
     Error::BadTransferEncoding,
     400},
    {"ChunkedTwice",
     post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
     Error::BadTransferEncoding,
     400},
    {"SeveralCodingFields",
     post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"),
     Error::BadTransferEncoding,
     400},
    {"VerticalTabChunked",
     post("Transfer-Encoding: \x0b"
          "chunked"),
     Error::BadFieldValue,
     400},
    {"ChunkedNotLast", post("Transfer-Encoding: chunked, gzip"), Error::BadTransferEncoding, 400},
    {"ChunkedWithParameter",
     post("Transfer-Encoding: chunked;q=1"),
     Error::BadTransferEncoding,
     400},
    {"QuotedChunked", post("Transfer-Encoding: \"chunked\""), Error::BadTransferEncoding, 400},
    {"ChunkedWithTrailingComma",
     post("Transfer-Encoding: chunked,"),
     Error::BadTransferEncoding,
     400},
    {"ChunkedWithLeadingComma",
     post("Transfer-Encoding: ,chunked"),
     Error::BadTransferEncoding,
     400},
    {"EmptyCoding", post("Transfer-Encoding:"), Error::BadTransferEncoding, 400},
    {"ChunkedOfHighBytes",
     post("Transfer-Encoding: \xff"
          "chunked"),
     Error::BadTransferEncoding,
     400},
    {"CodingOfOldClient",
     "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
     Error::BadTransferEncoding,
     400},
    {"UnknownCoding", post("Transfer-Encoding: foo"), Error::UnsupportedTransferEncoding, 501},
    {"GzipThenChunked",
     post("Transfer-Encoding: gzip, chunked"),
     Error::UnsupportedTransferEncoding,
     501},
    {"Gzip", post("Transfer-Encoding: gzip"), Error::UnsupportedTransferEncoding, 501},
};

std::string name_of(const testing::TestParamInfo<BadCase>& info) {
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(RequestLine, BadHead, testing::ValuesIn(kRequestLines), name_of);
INSTANTIATE_TEST_SUITE_P(Fields, BadHead, testing::ValuesIn(kFields), name_of);
INSTANTIATE_TEST_SUITE_P(Host, BadHead, testing::ValuesIn(kHosts), name_of);
INSTANTIATE_TEST_SUITE_P(Framing, BadHead, testing::ValuesIn(kFraming), name_of);

// Refused as soon as it cannot become better, without waiting for the line's end.

TEST(RequestParser, RefusesAFirstByteThatBeginsNoMethodAtOnce) {
    EXPECT_EQ(outcome_of("\x16"), outcome_of(Error::BadMethod));
    EXPECT_EQ(outcome_of("\r\n{"), outcome_of(Error::BadMethod));
}

TEST(RequestParser, RefusesControlsInAnUnfinishedLineAtOnce) {
    EXPECT_EQ(outcome_of("GET /\x01"), outcome_of(Error::BadRequestLine));
    EXPECT_EQ(outcome_of("GET /\n"), outcome_of(Error::BadRequestLine));
    EXPECT_EQ(outcome_of("GET / HTTP/1.1\r\nX-A: \x01"), outcome_of(Error::BadFieldValue));
    EXPECT_EQ(outcome_of("GET / HTTP/1.1\r\n "), outcome_of(Error::BadFieldValue));
}

TEST(RequestParser, UnderscoreNamesFollowThePolicy) {
    const std::string text = "GET / HTTP/1.1\r\nHost: a\r\nX_A: b\r\n\r\n";
    HeadLimits limits;
    limits.underscore_names = UnderscoreNames::Refuse;
    EXPECT_EQ(every_outcome_of(text, limits), outcome_of(Error::BadFieldName));
    limits.underscore_names = UnderscoreNames::Keep;
    EXPECT_NE(every_outcome_of(text, limits).find("X_A=b"), std::string::npos);
}

}  // namespace
}  // namespace indrik::http::tests
