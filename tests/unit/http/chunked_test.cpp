#include "indrik/http/chunked.hpp"

#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/splits.hpp"

namespace indrik::http::tests {
namespace {

using namespace std::string_literals;
using indrik::tests::expect_same_in_any_fragmentation;
using indrik::tests::Pieces;

/// The body and what became of it; every piece lies in memory of its own without a byte to spare.
std::string outcome_of(const Pieces& pieces, const ChunkedLimits& limits = {}) {
    ChunkedDecoder decoder(limits);
    std::string body;
    std::size_t read = 0;
    for (const std::string_view piece : pieces) {
        auto copy = std::make_unique<char[]>(piece.size());
        std::memcpy(copy.get(), piece.data(), piece.size());
        std::string_view rest(copy.get(), piece.size());
        while (!rest.empty() && !decoder.done()) {
            const auto step = decoder.feed(rest);
            if (!step) {
                EXPECT_EQ(decoder.feed("x").error(), step.error());
                return "error: " + step.error().message();
            }
            body += step->data;
            rest.remove_prefix(step->consumed);
            read += step->consumed;
        }
    }
    if (!decoder.done()) return "incomplete: " + body;
    std::string text = "body=" + body + " of " + std::to_string(read);
    for (const HeaderField field : decoder.trailers()) {
        text += "\n" + std::string(field.name) + "=" + std::string(field.value);
    }
    return text;
}

std::string every_outcome_of(std::string_view text, const ChunkedLimits& limits = {}) {
    return expect_same_in_any_fragmentation(
        text, [&limits](const Pieces& pieces) { return outcome_of(pieces, limits); });
}

std::string outcome_of(Error error) {
    return "error: " + make_error_code(error).message();
}

struct Case {
    const char* name;
    std::string text;
    std::string outcome;
};

void PrintTo(const Case& one, std::ostream* out) {
    *out << one.name;
}

class ChunkedBody : public testing::TestWithParam<Case> {};

TEST_P(ChunkedBody, HasOneOutcomeInAnyFragmentation) {
    EXPECT_EQ(every_outcome_of(GetParam().text), GetParam().outcome);
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
    return info.param.name;
}

const Case kGood[] = {
    {"Empty", "0\r\n\r\n", "body= of 5"},
    {"OneChunk", "5\r\nhello\r\n0\r\n\r\n", "body=hello of 15"},
    {"SeveralChunks", "1\r\na\r\n2\r\nbc\r\n000\r\n\r\n", "body=abc of 20"},
    {"HexInBothCases",
     "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
     "body=01234567890123456789 of 35"},
    {"LeadingZeros", "0000000000000001\r\na\r\n0\r\n\r\n", "body=a of 26"},
    {"DataOfLineEnds", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "body=\r\n\r\n of 14"},
    {"Extensions", "1;a;b=c;d=\"e \\\" ;\t\xff\"\r\na\r\n0;last\r\n\r\n", "body=a of 35"},
    {"NothingBehindTheEndIsRead", "1\r\na\r\n0\r\n\r\nGET / HTTP/1.1", "body=a of 11"},
    {"Trailers", "0\r\nX-A:  b \r\nETag:c\r\n\r\n", "body= of 23\nX-A=b\nETag=c"},
    {"UnderscoreTrailersAreDropped", "0\r\nX_A: b\r\n\r\n", "body= of 13"},
    {"TruncatedInData", "5\r\nhel", "incomplete: hel"},
    {"TruncatedBeforeTheLastLineEnd", "1\r\na\r\n0\r\n", "incomplete: a"},
};

const Case kBad[] = {
    {"EmptySize", "\r\n\r\n", outcome_of(Error::BadChunkSize)},
    {"NoHex", "g\r\n", outcome_of(Error::BadChunkSize)},
    {"SpaceBehindSize", "5 \r\nhello\r\n0\r\n\r\n", outcome_of(Error::BadChunkSize)},
    {"SpaceBeforeSize", " 5\r\nhello\r\n", outcome_of(Error::BadChunkSize)},
    {"TabBehindSize", "5\t\r\nhello\r\n", outcome_of(Error::BadChunkSize)},
    {"HexPrefix", "0x5\r\nhello\r\n", outcome_of(Error::BadChunkSize)},
    {"PlusSign", "+5\r\nhello\r\n", outcome_of(Error::BadChunkSize)},
    {"MinusSign", "-5\r\nhello\r\n", outcome_of(Error::BadChunkSize)},
    {"Underscore", "5_\r\nhello\r\n", outcome_of(Error::BadChunkSize)},
    {"SeventeenDigits", "00000000000000005\r\n", outcome_of(Error::BadChunkSize)},
    {"Overflow", "10000000000000000\r\n", outcome_of(Error::BadChunkSize)},
    {"BeyondSignedRange", "8000000000000000\r\n", outcome_of(Error::BadChunkSize)},
    {"UnicodeDigit", "\xd9\xa5\r\n", outcome_of(Error::BadChunkSize)},
    {"BareLfBehindSize", "5\nhello\r\n0\r\n\r\n", outcome_of(Error::BadChunkSize)},
    {"BareCrBehindSize", "5\rhello\r\n0\r\n\r\n", outcome_of(Error::BadChunkSize)},
    {"ExtensionWithoutName", "1;\r\na\r\n", outcome_of(Error::BadChunkExtension)},
    {"ExtensionWithoutValue", "1;a=\r\na\r\n", outcome_of(Error::BadChunkExtension)},
    {"ExtensionWithTwoEquals", "1;a=b=c\r\na\r\n", outcome_of(Error::BadChunkExtension)},
    {"ExtensionWithSpace", "1; a\r\na\r\n", outcome_of(Error::BadChunkExtension)},
    {"ExtensionWithLf", "1;a\nb\r\na\r\n", outcome_of(Error::BadChunkExtension)},
    {"ExtensionWithLfInValue", "1;a=b\n\r\na\r\n", outcome_of(Error::BadChunkExtension)},
    {"ExtensionWithBareCr", "1;a\rb\r\na\r\n", outcome_of(Error::BadChunkExtension)},
    {"ExtensionWithLfInQuotes", "1;a=\"\n\"\r\na\r\n", outcome_of(Error::BadChunkExtension)},
    {"ExtensionWithCrInQuotes", "1;a=\"\r\n", outcome_of(Error::BadChunkExtension)},
    {"ExtensionWithEscapedLf", "1;a=\"\\\n\"\r\n", outcome_of(Error::BadChunkExtension)},
    {"ExtensionBehindQuotes", "1;a=\"b\"c\r\n", outcome_of(Error::BadChunkExtension)},
    {"ExtensionWithNul", "1;\0\r\n"s, outcome_of(Error::BadChunkExtension)},
    {"DataTooLong", "5\r\nhello!\r\n", outcome_of(Error::BadChunkEnd)},
    {"DataWithBareLf", "5\r\nhello\n0\r\n\r\n", outcome_of(Error::BadChunkEnd)},
    {"DataWithBareCr", "5\r\nhello\r0\r\n\r\n", outcome_of(Error::BadChunkEnd)},
    {"TrailerWithBareLf", "0\r\nX: a\n\r\n", outcome_of(Error::BadTrailer)},
    {"EndWithBareLf", "0\r\n\n", outcome_of(Error::BadTrailer)},
    {"EndWithBareCr", "0\r\n\r\r\n", outcome_of(Error::BadTrailer)},
    {"TrailerWithoutColon", "0\r\nGET / HTTP/1.1\r\n\r\n", outcome_of(Error::BadTrailer)},
    {"TrailerWithSpaceBeforeColon", "0\r\nX : a\r\n\r\n", outcome_of(Error::BadTrailer)},
    {"FoldedTrailer", "0\r\nX: a\r\n b\r\n\r\n", outcome_of(Error::BadTrailer)},
    {"TrailerWithNul", "0\r\nX: \0\r\n\r\n"s, outcome_of(Error::BadTrailer)},
};

INSTANTIATE_TEST_SUITE_P(Good, ChunkedBody, testing::ValuesIn(kGood), name_of);
INSTANTIATE_TEST_SUITE_P(Bad, ChunkedBody, testing::ValuesIn(kBad), name_of);

TEST(ChunkedDecoder, RefusesTrailersThatFrameRouteOrAuthenticate) {
    for (const std::string name : {"Host",
                                   "content-length",
                                   "Transfer-Encoding",
                                   "TRAILER",
                                   "Authorization",
                                   "Connection",
                                   "Upgrade",
                                   "X-Forwarded-For"}) {
        EXPECT_EQ(every_outcome_of("0\r\n" + name + ": a\r\n\r\n"), outcome_of(Error::BadTrailer))
            << name;
    }
}

TEST(ChunkedDecoder, DropsTrailersThatComeTooLateToBeUnderstood) {
    for (const std::string name :
         {"Content-Type", "content-encoding", "Cookie", "Set-Cookie", "Range", "Cache-Control"}) {
        const std::string body = "0\r\nX-A: b\r\n" + name + ": a\r\n\r\n";
        EXPECT_EQ(every_outcome_of(body), "body= of " + std::to_string(body.size()) + "\nX-A=b")
            << name;
    }
}

TEST(ChunkedDecoder, LimitsAllExtensionsTogether) {
    ChunkedLimits limits;
    limits.extension_bytes = 8;  // each of the extensions below counts 4 with its line end
    const std::string chunk = "1;abc\r\na\r\n";
    EXPECT_EQ(every_outcome_of(chunk + chunk + "0\r\n\r\n", limits), "body=aa of 25");
    EXPECT_EQ(every_outcome_of(chunk + chunk + "0;a\r\n\r\n", limits),
              outcome_of(Error::ChunkExtensionTooLarge));
}

TEST(ChunkedDecoder, LimitsTheTrailerSection) {
    ChunkedLimits limits;
    limits.trailer_bytes = 12;
    EXPECT_EQ(every_outcome_of("0\r\nA: b\r\nC: d\r\n\r\n", limits), "body= of 17\nA=b\nC=d");
    EXPECT_EQ(every_outcome_of("0\r\nA: b\r\nC: de\r\n\r\n", limits),
              outcome_of(Error::TrailersTooLarge));
    EXPECT_EQ(every_outcome_of("0\r\nA: bbbbbbbbbbbbbb", limits),
              outcome_of(Error::TrailersTooLarge));
    EXPECT_EQ(status_of(Error::TrailersTooLarge), Status::RequestHeaderFieldsTooLarge);
}

TEST(ChunkedDecoder, LimitsTheNumberOfTrailers) {
    ChunkedLimits limits;
    limits.trailer_fields = 2;
    EXPECT_EQ(every_outcome_of("0\r\nA: b\r\nA_: b\r\n\r\n", limits), "body= of 18\nA=b");
    EXPECT_EQ(every_outcome_of("0\r\nA: b\r\nA_: b\r\nA: b\r\n\r\n", limits),
              outcome_of(Error::TrailersTooLarge));
}

TEST(ChunkedDecoder, DataIsAViewIntoTheInput) {
    ChunkedDecoder decoder;
    const std::string_view input = "5\r\nhello\r\n";
    const auto step = decoder.feed(input);
    EXPECT_EQ(step->data.data(), input.data() + 3);
    EXPECT_EQ(step->consumed, 8U);
}

TEST(ChunkedDecoder, ReadsAMillionTinyChunksInOnePass) {
    std::string text;
    for (int i = 0; i < 1'000'000; ++i) text += "1\r\na\r\n";
    text += "0\r\n\r\n";
    ChunkedDecoder decoder;
    std::string_view rest = text;
    std::size_t steps = 0;
    while (!decoder.done()) {
        rest.remove_prefix(decoder.feed(rest)->consumed);
        ++steps;
    }
    EXPECT_TRUE(rest.empty());
    EXPECT_LE(steps, 1'000'001U);
}

TEST(ChunkedEncoder, WritesWhatTheDecoderReads) {
    Buffer out;
    append_chunk(out, "hello");
    append_chunk(out, std::string(300, 'x'));
    Headers trailers;
    trailers.append("X-Digest", "abc");
    append_last_chunk(out, trailers);
    EXPECT_EQ(out.view().substr(0, 10), "5\r\nhello\r\n");
    EXPECT_EQ(outcome_of(Pieces{out.view()}),
              "body=hello" + std::string(300, 'x') + " of " + std::to_string(out.size()) +
                  "\nX-Digest=abc");
}

TEST(ChunkedEncoder, RefusesForbiddenTrailers) {
    Buffer out;
    Headers trailers;
    trailers.append(Field::ContentLength, "5");
    EXPECT_THROW(append_last_chunk(out, trailers), std::invalid_argument);
    EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace indrik::http::tests
