#include "indrik/json/reader.hpp"

#include <gtest/gtest.h>

namespace indrik::json {
namespace {

bool is_json(std::string_view text) {
    Reader reader(text);
    return reader.skip() && reader.finish();
}

TEST(Reader, TakesAndRefusesWhatBoostDoes) {
    for (const std::string text : {"1",
                                   "-0.5e3",
                                   "0",
                                   "-0",
                                   "1E+2",
                                   "1e-2",
                                   "\"a\"",
                                   "true",
                                   "false",
                                   "null",
                                   " [] ",
                                   "{}",
                                   "[1,[2,{\"a\":[]}]]",
                                   "\"\\u00e9\\ud83e\\udd84\\/\"",
                                   "\"\xc3\xa9\"",
                                   "{\"\":{},\"\":[]}",
                                   "",
                                   " ",
                                   "{",
                                   "[",
                                   "[1,]",
                                   "[,1]",
                                   "[1 2]",
                                   "{\"a\":}",
                                   "{\"a\"}",
                                   "{\"a\":1,}",
                                   "{,}",
                                   "{a:1}",
                                   "'a'",
                                   "01",
                                   "+1",
                                   ".5",
                                   "1.",
                                   "-",
                                   "1e",
                                   "1e+",
                                   "NaN",
                                   "1 1",
                                   "\"\n\"",
                                   "\"\\x\"",
                                   "\"\\ud800\"",
                                   "\"\\udc00\"",
                                   "\"\\ud800\\u0041\"",
                                   "\"\\u12g4\"",
                                   "\"\\u12\"",
                                   "\"",
                                   "\"\\",
                                   "\"\xff\"",
                                   "\"\xed\xa0\x80\"",
                                   "// c\n1",
                                   "\xef\xbb\xbf"
                                   "1",
                                   "tru",
                                   "truex",
                                   "nul",
                                   "]",
                                   "}",
                                   "[}",
                                   "{]"}) {
        EXPECT_EQ(is_json(text), parse(text).has_value()) << text;
        // The same inside something, so that there is text behind it.
        const std::string inside = "[" + text + ",0]";
        EXPECT_EQ(is_json(inside), parse(inside).has_value()) << inside;
    }
}

TEST(Reader, RefusesEveryBeginningOfAText) {
    const std::string text = R"({"a":[1,-2.5e3,true,false,null,"\u00e9\n"],"b":{"c":""}})";
    ASSERT_TRUE(is_json(text));
    for (std::size_t size = 0; size < text.size(); ++size) {
        const std::string beginning = text.substr(0, size);  // a copy, so that reading on is seen
        EXPECT_FALSE(is_json(beginning)) << beginning;
    }
}

TEST(Reader, DepthIsLimited) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(is_json(nested(kMaxDepth)));
    EXPECT_FALSE(is_json(nested(kMaxDepth + 1)));
    EXPECT_FALSE(is_json(std::string(1'000'000, '[')));
}

TEST(Reader, UnescapesStrings) {
    Reader reader(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83e\udd84.")");
    std::string text;
    ASSERT_EQ(reader.peek(), Kind::Text);
    ASSERT_TRUE(reader.read_string(text));
    EXPECT_EQ(text, "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\xa6\x84.");
    EXPECT_TRUE(reader.finish());
}

TEST(Reader, SaysWhereItFailed) {
    Reader reader("[1,\n 2,\n  x]");
    EXPECT_FALSE(reader.skip());
    EXPECT_EQ(reader.error(), "line 3, column 3: expected a value");
    EXPECT_EQ(reader.peek(), Kind::None);
    EXPECT_FALSE(reader.finish());
}

}  // namespace
}  // namespace indrik::json
