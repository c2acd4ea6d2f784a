#include "indrik/http/mime.hpp"

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

TEST(MediaType, IsTakenApart) {
    const auto type = parse_media_type(" Text/HTML ; Charset=UTF-8; q=\"a \\\"b\\\";c\" ");
    ASSERT_TRUE(type);
    EXPECT_EQ(type->type(), "text");
    EXPECT_EQ(type->subtype(), "html");
    EXPECT_EQ(type->essence(), "text/html");
    EXPECT_EQ(type->charset(), "utf-8");
    EXPECT_EQ(type->parameter("Q"), "a \"b\";c");
    EXPECT_FALSE(type->parameter("x"));
}

TEST(MediaType, NeedsNoParameters) {
    EXPECT_EQ(parse_media_type("image/svg+xml")->subtype(), "svg+xml");
    EXPECT_EQ(parse_media_type("a/b")->charset(), "");
    EXPECT_EQ(parse_media_type("a/b;")->essence(), "a/b");
    EXPECT_EQ(parse_media_type("a/b; ;c=d")->parameter("c"), "d");
}

TEST(MediaType, TakesTheFirstOfRepeatedParameters) {
    EXPECT_EQ(parse_media_type("a/b;c=d;C=e")->parameter("c"), "d");
}

TEST(MediaType, KnowsJson) {
    EXPECT_TRUE(parse_media_type("application/json; charset=utf-8")->is_json());
    EXPECT_TRUE(parse_media_type("application/problem+JSON")->is_json());
    EXPECT_FALSE(parse_media_type("application/+json")->is_json());
    EXPECT_FALSE(parse_media_type("text/plain")->is_json());
}

TEST(MediaType, RefusesWhatIsNone) {
    for (const char* text : {"",
                             "text",
                             "text/",
                             "/html",
                             "text/html/x",
                             "text/html x",
                             "te xt/html",
                             "text/html;a",
                             "text/html;a=",
                             "text/html;=b",
                             "text/html;a=\"b",
                             "text/html;a=\"b\\",
                             "text/html;a=\"b\"c",
                             "text/html;a=\"\x01\"",
                             "text/html,a/b"}) {
        EXPECT_FALSE(parse_media_type(text)) << text;
    }
}

TEST(MediaType, IsComparedWithoutParsing) {
    EXPECT_TRUE(is_media_type("Application/JSON ; charset=x", "application/json"));
    EXPECT_FALSE(is_media_type("application/jsonx", "application/json"));
    EXPECT_FALSE(is_media_type("", "application/json"));
}

}  // namespace
}  // namespace indrik::http::tests
