#include "indrik/http/url.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/http/form.hpp"

namespace indrik::http::tests {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::Pair;

std::vector<QueryParameters::Parameter> pairs_of(std::string_view text) {
    const auto parameters = parse_query(text);
    return {parameters->begin(), parameters->end()};
}

TEST(PercentDecode, DecodesEveryByte) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (unsigned byte = 0; byte < 256; ++byte) {
        const std::string text = {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        EXPECT_EQ(percent_decode(text).value(), std::string(1, static_cast<char>(byte)));
    }
    EXPECT_EQ(percent_decode("a%2Fb%2fc+d").value(), "a/b/c+d");
    EXPECT_EQ(percent_decode("").value(), "");
    EXPECT_EQ(percent_decode("%00").value(), "\0"s);
    EXPECT_EQ(percent_decode("%2541").value(), "%41");
}

TEST(PercentDecode, RefusesWhatIsMalformed) {
    for (const std::string_view text : {"%", "%4", "a%", "%zz", "%4g", "%%41", "%u0041", "%+1"}) {
        EXPECT_EQ(percent_decode(text).error(), Error::BadPercentEncoding) << text;
    }
}

TEST(PercentEncode, LeavesWhatTheComponentAllows) {
    const std::string text = "a b/c?d=e&f+g%\xd1\x91~";
    EXPECT_EQ(percent_encode(text, URLComponent::Unreserved),
              "a%20b%2Fc%3Fd%3De%26f%2Bg%25%D1%91~");
    EXPECT_EQ(percent_encode(text, URLComponent::Segment), "a%20b%2Fc%3Fd=e&f+g%25%D1%91~");
    EXPECT_EQ(percent_encode(text, URLComponent::Path), "a%20b/c%3Fd=e&f+g%25%D1%91~");
    EXPECT_EQ(percent_encode(text, URLComponent::Query), "a%20b/c?d%3De%26f%2Bg%25%D1%91~");
}

TEST(PercentEncode, IsUndoneByDecoding) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    for (const URLComponent component : {URLComponent::Unreserved,
                                         URLComponent::Segment,
                                         URLComponent::Path,
                                         URLComponent::Query}) {
        EXPECT_EQ(percent_decode(percent_encode(all, component)).value(), all);
    }
}

TEST(ParseQuery, KeepsOrderRepetitionAndBlanks) {
    EXPECT_THAT(pairs_of("b=1&a=2&b=3&c=&d&=e"),
                ElementsAre(Pair("b", "1"),
                            Pair("a", "2"),
                            Pair("b", "3"),
                            Pair("c", ""),
                            Pair("d", ""),
                            Pair("", "e")));
    EXPECT_THAT(pairs_of(""), ElementsAre());
    EXPECT_THAT(pairs_of("&&a=b&&"), ElementsAre(Pair("a", "b")));
    EXPECT_THAT(pairs_of("a=b=c;d"), ElementsAre(Pair("a", "b=c;d")));
}

TEST(ParseQuery, DecodesNamesAndValues) {
    EXPECT_THAT(pairs_of("a+b=c%20d%26%3D%2B&%D1%91=%C3"),
                ElementsAre(Pair("a b", "c d&=+"), Pair("\xd1\x91", "\xc3")));
}

TEST(ParseQuery, LeavesAMalformedEncodingAsItIs) {
    EXPECT_THAT(pairs_of("a=100%&b=%zz%4"), ElementsAre(Pair("a", "100%"), Pair("b", "%zz%4")));
}

TEST(ParseQuery, LimitsTheCount) {
    EXPECT_EQ(parse_query("a&b&c", 3).value().size(), 3U);
    EXPECT_EQ(parse_query("a&b&c&d", 3).error(), Error::TooManyParameters);
    EXPECT_EQ(parse_query("&a&&b&&c&", 3).value().size(), 3U);
}

TEST(QueryParameters, AnswerByName) {
    const QueryParameters parameters = parse_query("a=1&b=2&a=3&e=").value();
    EXPECT_EQ(parameters.get("a"), "1");
    EXPECT_THAT(parameters.get_all("a"), ElementsAre("1", "3"));
    EXPECT_TRUE(parameters.contains("e"));
    EXPECT_FALSE(parameters.contains("A"));
    EXPECT_FALSE(parameters.get("x"));
    EXPECT_EQ(parameters.get("x", "otherwise"), "otherwise");
    EXPECT_EQ(parameters.get("e", "otherwise"), "");
    EXPECT_EQ(parameters[1].second, "2");
}

TEST(FormatQuery, IsUndoneByParsing) {
    QueryParameters parameters;
    parameters.append("a b", "c&d=e");
    parameters.append("", "+%");
    parameters.append("\xd1\x91", "");
    EXPECT_EQ(format_query(parameters), "a%20b=c%26d%3De&=%2B%25&%D1%91=");
    EXPECT_EQ(parse_query(format_query(parameters)).value(), parameters);
}

TEST(Form, IsReadAndWrittenAsBrowsersDo) {
    QueryParameters parameters;
    parameters.append("a b", "c~*-._");
    parameters.append("x", "1+1=2\r\n");
    EXPECT_EQ(format_form(parameters), "a+b=c%7E*-._&x=1%2B1%3D2%0D%0A");
    EXPECT_EQ(parse_form(format_form(parameters)).value(), parameters);
    EXPECT_EQ(parse_form("a&b", 1).error(), Error::TooManyParameters);
}

}  // namespace
TEST(QueryParameters, GivesNumbersAndBools) {
    const QueryParameters query =
        *parse_query("page=3&big=99999999999&word=x&yes=true&empty=&ratio=0.5");
    EXPECT_EQ(query.get<int>("page", 1), 3);
    EXPECT_EQ(query.get<int>("absent", 1), 1);
    EXPECT_EQ(query.get<int>("word", 1), 1);
    EXPECT_EQ(query.get<int>("big", 1), 1) << "too large for an int";
    EXPECT_EQ(query.get<int>("empty"), std::nullopt);
    EXPECT_EQ(query.get<double>("ratio"), 0.5);
    EXPECT_TRUE(query.get<bool>("yes", false));
    EXPECT_EQ(query.get<bool>("word"), std::nullopt);
    EXPECT_EQ(query.get<std::string>("word"), "x");
    EXPECT_EQ(query.get("absent", "y"), "y");
}

}  // namespace indrik::http::tests
