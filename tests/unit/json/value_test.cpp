#include "indrik/json/value.hpp"

#include <string>

#include <gtest/gtest.h>

namespace indrik::json {
namespace {

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JSON, ReadsBackWhatItWrites) {
    const Value value = {
        {"name", "Indrik \"\\\n\x01\xc3\xa9"}, {"legs", 4}, {"list", {1, 2.5, nullptr, true}}};
    const Result<Value> parsed = parse(serialize(value));
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(*parsed, value);
}

TEST(JSON, AcceptsAnyValueAtTheTop) {
    for (const char* const text :
         {"1", "-0.5e3", "\"a\"", "true", "null", " [] ", "{}", "18446744073709551615"}) {
        EXPECT_TRUE(parse(text).has_value()) << text;
    }
}

TEST(JSON, RefusesWhatIsNone) {
    for (const std::string text : {"",
                                   " ",
                                   "{",
                                   "[1,]",
                                   "{\"a\":}",
                                   "{a:1}",
                                   "'a'",
                                   "01",
                                   "+1",
                                   ".5",
                                   "1.",
                                   "NaN",
                                   "1 1",
                                   "\"\n\"",
                                   "\"\\x\"",
                                   "\"\\ud800\"",
                                   "\"\xff\"",
                                   "// c\n1",
                                   "\xef\xbb\xbf"
                                   "1",
                                   "tru"}) {
        const Result<Value> parsed = parse(text);
        EXPECT_FALSE(parsed.has_value()) << text;
        if (!parsed) {
            EXPECT_FALSE(parsed.error().message().empty());
        }
    }
}

TEST(JSON, DepthIsLimited) {
    EXPECT_TRUE(parse(nested(kMaxDepth)).has_value());
    EXPECT_FALSE(parse(nested(kMaxDepth + 1)).has_value());
    EXPECT_FALSE(parse(std::string(1'000'000, '[')).has_value());
    std::string objects;
    for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
    EXPECT_FALSE(parse(objects).has_value());
}

}  // namespace
}  // namespace indrik::json
