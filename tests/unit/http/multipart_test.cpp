#include "indrik/http/multipart.hpp"

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
using Event = MultipartParser::Event;

/// The parts as text and what became of the body; every piece lies in memory of its own without a
/// byte to spare.
std::string outcome_of(const Pieces& pieces,
                       const MultipartLimits& limits = {},
                       std::string_view boundary = "XX") {
    MultipartParser parser(boundary, limits);
    std::string text;
    for (const std::string_view piece : pieces) {
        auto copy = std::make_unique<char[]>(piece.size());
        std::memcpy(copy.get(), piece.data(), piece.size());
        std::string_view rest(copy.get(), piece.size());
        std::size_t steps = 0;
        for (Event event = Event::PartEnd; event != Event::NeedMore;) {
            if (++steps > 2 * piece.size() + 3) return "too many steps";
            const auto step = parser.feed(rest);
            if (!step) {
                EXPECT_EQ(parser.feed("x").error(), step.error());
                EXPECT_EQ(parser.finish().error(), step.error());
                return "error: " + step.error().message();
            }
            event = step->event;
            rest.remove_prefix(step->consumed);
            EXPECT_EQ(event == Event::Data, !step->data.empty());
            if (event == Event::PartBegin) {
                text += "[";
                for (const HeaderField field : parser.part_headers()) {
                    text.append(field.name).append("=").append(field.value).append("|");
                }
            }
            if (event == Event::Data) text += step->data;
            if (event == Event::PartEnd) text += "]";
            if (event == Event::End) text += ".";
        }
        EXPECT_TRUE(rest.empty());
    }
    EXPECT_EQ(parser.finish().has_value(), parser.done());
    if (!parser.done()) {
        EXPECT_EQ(parser.finish().error(), Error::IncompleteBody);
    }
    return text;
}

std::string every_outcome_of(std::string_view text, const MultipartLimits& limits = {}) {
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

class MultipartBody : public testing::TestWithParam<Case> {};

TEST_P(MultipartBody, HasOneOutcomeInAnyFragmentation) {
    EXPECT_EQ(every_outcome_of(GetParam().text), GetParam().outcome);
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
    return info.param.name;
}

const Case kGood[] = {
    {"OnePart", "--XX\r\nA: b\r\n\r\ndata\r\n--XX--\r\n", "[A=b|data]."},
    {"TwoParts", "--XX\r\nA: b\r\n\r\n1\r\n--XX\r\nC:d\r\n\r\n2\r\n--XX--", "[A=b|1][C=d|2]."},
    {"NoParts", "--XX--\r\n", "."},
    {"NoFields", "--XX\r\n\r\ndata\r\n--XX--", "[data]."},
    {"EmptyBody", "--XX\r\nA: b\r\n\r\n\r\n--XX--", "[A=b|]."},
    {"NoBody", "--XX\r\nA: b\r\n\r\n--XX--", "[A=b|]."},
    {"NeitherFieldsNorBody", "--XX\r\n\r\n--XX--", "[]."},
    {"Preamble", "pre\r\n--X\r\n\r\n--XX\r\n\r\na\r\n--XX--", "[a]."},
    {"DashesOfAPreamble", "-\r\n--XX\r\n\r\na\r\n--XX--", "[a]."},
    {"Epilogue", "--XX\r\n\r\na\r\n--XX--\r\n--XX\r\n\r\nb\r\n--XX--", "[a]."},
    {"PaddedDelimiter", "--XX \t\r\n\r\na\r\n--XX  \r\n\r\nb\r\n--XX--  ", "[a][b]."},
    {"LineEndsInData", "--XX\r\n\r\n\r\n\r\n\r\r\n\n\r\n--XX--", "[\r\n\r\n\r\r\n\n]."},
    {"NearDelimitersInData",
     "--XX\r\n\r\n--X\r\n--X\r\n-\r\n--Xa\r\r\n--X\r\n--XX--",
     "[--X\r\n--X\r\n-\r\n--Xa\r\r\n--X]."},
    {"DelimiterWithinALine",
     "--XX\r\n\r\na--XX--\n--XX--\r--XX\r\n--XX--",
     "[a--XX--\n--XX--\r--XX]."},
    {"BinaryData", "--XX\r\n\r\n\0\xff\x01\r\n--XX--"s, "[\0\xff\x01]."s},
    {"Utf8InFields", "--XX\r\nA: \xe2\x82\xac\r\n\r\n\r\n--XX--", "[A=\xe2\x82\xac|]."},
    {"CutShortInData", "--XX\r\nA: b\r\n\r\ndat", "[A=b|dat"},
    {"CutShortInDelimiter", "--XX\r\n\r\ndata\r\n--X", "[data"},
    {"CutShortBehindDelimiter", "--XX\r\n\r\ndata\r\n--XX", "[data]"},
    {"CutShortBeforeLastDash", "--XX\r\n\r\ndata\r\n--XX-", "[data]"},
    {"CutShortInHeader", "--XX\r\nA: b\r\n", ""},
    {"BareLfOnly", "--XX\nA: b\n\ndata\n--XX--\n", outcome_of(Error::BadMultipart)},
    {"NoDelimiterAtAll", "hello", ""},
    {"BareLfBeforeDelimiter", "--XX\r\n\r\ndata\n--XX--\r\n", "[data\n--XX--"},
};

const Case kBad[] = {
    {"GarbageBehindDelimiter", "--XXX\r\n\r\n", outcome_of(Error::BadMultipart)},
    {"GarbageBehindPadding", "--XX -\r\n", outcome_of(Error::BadMultipart)},
    {"OneDash", "--XX-\r\n", outcome_of(Error::BadMultipart)},
    {"BareLfBehindDelimiter", "--XX\nA: b\r\n", outcome_of(Error::BadMultipart)},
    {"BareCrBehindDelimiter", "--XX\rA: b\r\n", outcome_of(Error::BadMultipart)},
    {"FieldWithoutColon", "--XX\r\nA\r\n\r\n", outcome_of(Error::BadPartHeader)},
    {"FieldWithoutName", "--XX\r\n: a\r\n\r\n", outcome_of(Error::BadPartHeader)},
    {"FieldNameWithSpace", "--XX\r\nA : a\r\n\r\n", outcome_of(Error::BadPartHeader)},
    {"FoldedField", "--XX\r\nA: a\r\n b\r\n\r\n", outcome_of(Error::BadPartHeader)},
    {"FieldWithBareLf", "--XX\r\nA: a\nB: b\r\n\r\n", outcome_of(Error::BadPartHeader)},
    {"FieldWithBareCr", "--XX\r\nA: a\rB: b\r\n\r\n", outcome_of(Error::BadPartHeader)},
    {"FieldWithNul", "--XX\r\nA: \0\r\n\r\n"s, outcome_of(Error::BadPartHeader)},
    {"DelimiterInHeader", "--XX\r\nA: a\r\n--XX\r\n", outcome_of(Error::BadPartHeader)},
    {"TwoDispositions",
     "--XX\r\nContent-Disposition: form-data\r\ncontent-disposition: form-data\r\n\r\n",
     outcome_of(Error::BadPartHeader)},
    {"TwoTypes",
     "--XX\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n\r\n",
     outcome_of(Error::BadPartHeader)},
    {"Nested",
     "--XX\r\nContent-Type: Multipart/mixed; boundary=YY\r\n\r\n--YY--",
     outcome_of(Error::NestedMultipart)},
};

INSTANTIATE_TEST_SUITE_P(Good, MultipartBody, testing::ValuesIn(kGood), name_of);
INSTANTIATE_TEST_SUITE_P(Bad, MultipartBody, testing::ValuesIn(kBad), name_of);

TEST(MultipartParser, TakesBoundariesThatLookLikeLineEndsAndDashes) {
    for (const std::string boundary : {"-", "--", "-----------------------------93", "a b:c"}) {
        const std::string delimiter = "--" + boundary;
        const std::string text = delimiter + "\r\n\r\n\r\n-\r\n--\r\r\n" + delimiter + "--";
        const auto outcome = expect_same_in_any_fragmentation(
            text, [&boundary](const Pieces& pieces) { return outcome_of(pieces, {}, boundary); });
        // The boundary "-" takes the line "--" and what follows for a delimiter.
        if (boundary.size() > 2) {
            EXPECT_EQ(outcome, "[\r\n-\r\n--\r].");
        }
    }
}

// CVE-2026-34516: the limits hold for the header of every part, before it is stored.
TEST(MultipartParser, LimitsTheHeaderOfAPart) {
    MultipartLimits limits;
    limits.part_head_bytes = 12;
    EXPECT_EQ(every_outcome_of("--XX\r\nA: b\r\nC: d\r\n\r\n\r\n--XX--", limits), "[A=b|C=d|].");
    EXPECT_EQ(every_outcome_of("--XX\r\nA: b\r\nC: de\r\n\r\n\r\n--XX--", limits),
              outcome_of(Error::PartHeadTooLarge));
    EXPECT_EQ(every_outcome_of("--XX\r\nA: bbbbbbbbbbbbbbbbb", limits),
              outcome_of(Error::PartHeadTooLarge));
    limits = {};
    limits.part_fields = 1;
    EXPECT_EQ(every_outcome_of("--XX\r\nA: b\r\n\r\n\r\n--XX\r\nC: d\r\n\r\n\r\n--XX--", limits),
              "[A=b|][C=d|].");
    EXPECT_EQ(every_outcome_of("--XX\r\nA: b\r\nC: d\r\n\r\n\r\n--XX--", limits),
              outcome_of(Error::PartHeadTooLarge));
}

TEST(MultipartParser, LimitsTheNumberOfParts) {
    MultipartLimits limits;
    limits.parts = 2;
    const std::string part = "--XX\r\n\r\n\r\n";
    EXPECT_EQ(every_outcome_of(part + part + "--XX--", limits), "[][].");
    EXPECT_EQ(every_outcome_of(part + part + part + "--XX--", limits),
              outcome_of(Error::TooManyParts));
}

// CVE-2025-69228: what counts is the whole body, not each field of it.
TEST(MultipartParser, LimitsTheWholeBody) {
    const std::string part = "--XX\r\n\r\n1234\r\n";
    MultipartLimits limits;
    limits.total_bytes = 2 * part.size() + 6;
    EXPECT_EQ(every_outcome_of(part + part + "--XX--", limits), "[1234][1234].");
    EXPECT_EQ(every_outcome_of(part + part + "--XX--\r", limits), outcome_of(Error::BodyTooLarge));
    EXPECT_EQ(every_outcome_of(part + part + part + "--XX--", limits),
              outcome_of(Error::BodyTooLarge));
}

TEST(MultipartParser, LimitsWhatIsOutsideOfParts) {
    MultipartLimits limits;
    limits.outside_bytes = 8;
    EXPECT_EQ(every_outcome_of("abcd\r\n--XX\r\n\r\n\r\n--XX--abcd", limits), "[].");
    EXPECT_EQ(every_outcome_of("abcd\r\n--XX \r\n\r\n\r\n--XX--abcd", limits),
              outcome_of(Error::BadMultipart));
    EXPECT_EQ(every_outcome_of("abcdefghi", limits), outcome_of(Error::BadMultipart));
}

TEST(MultipartParser, GivesNestedBodiesAsDataWhereAllowed) {
    MultipartLimits limits;
    limits.nesting = true;
    const std::string inner = "--YY\r\n\r\na\r\n--YY--\r\n";
    const std::string outer =
        "--XX\r\nContent-Type: multipart/mixed; boundary=YY\r\n\r\n" + inner + "\r\n--XX--";
    EXPECT_EQ(every_outcome_of(outer, limits),
              "[Content-Type=multipart/mixed; boundary=YY|" + inner + "].");
}

// CVE-2024-30251, CVE-2025-69227: what is malformed ends, and in linear time.
TEST(MultipartParser, NeedsFewStepsForMuchThatLooksLikeADelimiter) {
    for (const std::string unit : {"\r", "\r\n", "\r\n-", "\r\n--", "\r\n--X", "\r\n--\r\n--X"}) {
        std::string text = "--XX\r\n\r\n";
        while (text.size() < 1'000'000) text += unit;
        MultipartParser parser("XX");
        std::string_view rest = text;
        int steps = 0;
        for (Event event = Event::PartEnd; event != Event::NeedMore; ++steps) {
            const auto step = parser.feed(rest);
            ASSERT_TRUE(step);
            rest.remove_prefix(step->consumed);
            event = step->event;
        }
        EXPECT_LE(steps, 4) << unit;
        EXPECT_EQ(parser.finish().error(), Error::IncompleteBody);
    }
}

TEST(MultipartParser, DataIsAViewIntoTheInput) {
    MultipartParser parser("XX");
    const std::string_view input = "--XX\r\n\r\nhello";
    const auto begin = parser.feed(input);
    ASSERT_TRUE(begin);
    EXPECT_EQ(begin->event, Event::PartBegin);
    const auto data = parser.feed(input.substr(begin->consumed));
    ASSERT_TRUE(data);
    EXPECT_EQ(data->data.data(), input.data() + 8);
}

TEST(MultipartParser, RefusesWhatIsNoBoundary) {
    EXPECT_THROW(MultipartParser(""), std::invalid_argument);
    EXPECT_THROW(MultipartParser("a\r\n"), std::invalid_argument);
}

TEST(Boundary, HasOneTo70CharactersAndNoSpaceAtItsEnd) {
    EXPECT_TRUE(is_boundary("0aZ'()+_,-./:=? x"));
    EXPECT_TRUE(is_boundary(std::string(70, 'a')));
    EXPECT_FALSE(is_boundary(std::string(71, 'a')));
    for (const char* text : {"", "a ", "a\"", "a\r", "a;", "a\xff"}) {
        EXPECT_FALSE(is_boundary(text)) << text;
    }
}

TEST(Boundary, IsTakenFromTheMediaType) {
    const auto boundary_of = [](std::string_view text) {
        return parse_boundary(parse_media_type(text).value());
    };
    EXPECT_EQ(boundary_of("multipart/form-data; boundary=XX").value(), "XX");
    EXPECT_EQ(boundary_of("Multipart/Mixed; Boundary=\"a b\"").value(), "a b");
    for (const char* text : {"multipart/form-data",
                             "multipart/form-data; boundary=\"\"",
                             "multipart/form-data; boundary=\"a \"",
                             "text/plain; boundary=XX"}) {
        EXPECT_EQ(boundary_of(text).error(), Error::BadMultipart) << text;
    }
}

TEST(MultipartWriter, WritesWhatTheParserReads) {
    MultipartWriter writer(make_boundary());
    Buffer out;
    writer.append_field(out, "a\"\r\n", "1");
    writer.append_file(out, "b", "c.txt", "text/plain", "\r\n--");
    Headers headers;
    headers.append(Field::ContentRange, "bytes 0-1/2");
    writer.begin_part(out, headers);
    out.append("xy");
    writer.finish(out);
    EXPECT_EQ(outcome_of(Pieces{out.view()}, {}, writer.boundary()),
              "[Content-Disposition=form-data; name=\"a%22%0D%0A\"|1]"
              "[Content-Disposition=form-data; name=\"b\"; filename=\"c.txt\"|"
              "Content-Type=text/plain|\r\n--]"
              "[Content-Range=bytes 0-1/2|xy].");
}

TEST(MultipartWriter, WritesAnEmptyBody) {
    Buffer out;
    MultipartWriter("XX").finish(out);
    EXPECT_EQ(out.view(), "--XX--\r\n");
}

// CVE-2026-34514, CVE-2026-50269: no line end gets into a part's header.
TEST(MultipartWriter, RefusesLineEndsInFields) {
    MultipartWriter writer("XX");
    Buffer out;
    EXPECT_THROW(writer.append_file(out, "a", "b", "text/plain\r\nX: y", ""),
                 std::invalid_argument);
    EXPECT_TRUE(out.empty());
    EXPECT_THROW(MultipartWriter("a\r\n"), std::invalid_argument);
}

TEST(MultipartWriter, QuotesTheBoundaryWhereItMust) {
    EXPECT_EQ(MultipartWriter("XX").content_type("form-data"), "multipart/form-data; boundary=XX");
    const std::string type = MultipartWriter("a b").content_type("byteranges");
    EXPECT_EQ(type, "multipart/byteranges; boundary=\"a b\"");
    EXPECT_EQ(parse_boundary(parse_media_type(type).value()).value(), "a b");
}

TEST(MakeBoundary, IsABoundaryAndNotTheSameTwice) {
    EXPECT_TRUE(is_boundary(make_boundary()));
    EXPECT_NE(make_boundary(), make_boundary());
}

}  // namespace
}  // namespace indrik::http::tests
