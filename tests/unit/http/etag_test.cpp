#include "indrik/http/etag.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

// The table of RFC 9110 section 8.8.3.2.
TEST(EntityTag, IsComparedStronglyAndWeakly) {
    const EntityTag weak1{"1", true};
    const EntityTag weak2{"2", true};
    const EntityTag strong1{"1"};
    EXPECT_FALSE(matches_strongly(weak1, weak1));
    EXPECT_TRUE(matches_weakly(weak1, weak1));
    EXPECT_FALSE(matches_strongly(weak1, weak2));
    EXPECT_FALSE(matches_weakly(weak1, weak2));
    EXPECT_FALSE(matches_strongly(weak1, strong1));
    EXPECT_TRUE(matches_weakly(weak1, strong1));
    EXPECT_TRUE(matches_strongly(strong1, strong1));
    EXPECT_TRUE(matches_weakly(strong1, strong1));
}

TEST(EntityTag, IsParsed) {
    EXPECT_EQ(parse_entity_tag("\"a\\b\xff,c\""), (EntityTag{"a\\b\xff,c"}));
    EXPECT_EQ(parse_entity_tag(" W/\"\" "), (EntityTag{"", true}));
    for (const char* text : {"",
                             "a",
                             "\"",
                             "\"a",
                             "a\"",
                             "w/\"a\"",
                             "W/a",
                             "W/ \"a\"",
                             "\"a b\"",
                             "\"a\x7f\"",
                             "\"a\"b",
                             "\"a\", \"b\"",
                             "*"}) {
        EXPECT_FALSE(parse_entity_tag(text)) << text;
    }
}

TEST(EntityTag, IsFormatted) {
    EXPECT_EQ(format_entity_tag({"abc"}), "\"abc\"");
    EXPECT_EQ(format_entity_tag({"abc", true}), "W/\"abc\"");
    EXPECT_THROW(format_entity_tag({"a\"b"}), std::invalid_argument);
    EXPECT_THROW(format_entity_tag({"a\r\n"}), std::invalid_argument);
}

TEST(EntityTagList, IsParsed) {
    const auto list = parse_entity_tags(" ,\"a\" ,, W/\"b,c\",");
    ASSERT_TRUE(list);
    EXPECT_FALSE(list->any);
    EXPECT_EQ(list->tags, (std::vector<EntityTag>{{"a"}, {"b,c", true}}));
    EXPECT_TRUE(parse_entity_tags(" * ")->any);
    for (const char* text : {"", ",", "a", "*, \"a\"", "\"a\" \"b\"", "\"a\", b", "\"a\"\"b\""}) {
        EXPECT_FALSE(parse_entity_tags(text)) << text;
    }
}

TEST(TakeEntityTag, StopsAtTheFault) {
    std::string_view rest = "\"a\", \"b\" x, \"c\"";
    EXPECT_EQ(take_entity_tag(rest), (EntityTag{"a"}));
    EXPECT_FALSE(take_entity_tag(rest));
    EXPECT_EQ(rest, "\"b\" x, \"c\"");
}

}  // namespace
}  // namespace indrik::http::tests
