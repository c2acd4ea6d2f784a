#include "indrik/core/uuid.hpp"

#include <unordered_set>

#include <gtest/gtest.h>

namespace indrik {
namespace {

constexpr std::string_view kText = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

TEST(UUID, ReadsBackWhatItWrites) {
    const auto id = parse_uuid(kText);
    ASSERT_TRUE(id.has_value());
    EXPECT_EQ(id->to_string(), kText);
    EXPECT_EQ(id->bytes()[0], 0xf8);
    EXPECT_EQ(id->bytes()[15], 0xf6);
    EXPECT_EQ(parse_uuid("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"), id);
}

TEST(UUID, IsNilByDefault) {
    EXPECT_TRUE(UUID().is_nil());
    EXPECT_EQ(UUID().to_string(), "00000000-0000-0000-0000-000000000000");
    EXPECT_LT(UUID(), *parse_uuid(kText));
    EXPECT_EQ(std::unordered_set<UUID>({UUID(), UUID(), *parse_uuid(kText)}).size(), 2u);
}

TEST(UUID, RefusesOtherForms) {
    for (std::size_t i = 0; i < kText.size(); ++i) {
        for (const char c : {'-', 'g', ' ', '\0'}) {
            std::string text(kText);
            if (text[i] == c) continue;
            text[i] = c;
            EXPECT_FALSE(parse_uuid(text)) << text;
        }
        EXPECT_FALSE(parse_uuid(kText.substr(0, i)));
    }
    EXPECT_FALSE(parse_uuid(std::string(kText) + "0"));
    EXPECT_FALSE(parse_uuid("{f81d4fae-7dec-11d0-a765-00a0c91e6b}"));
}

}  // namespace
}  // namespace indrik
