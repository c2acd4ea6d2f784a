#include "indrik/http/tokens.hpp"

#include <string>

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

using namespace std::string_view_literals;

static_assert(is_token("X-Name"));
static_assert(!is_token(""));
static_assert(trim(" \ta b\t ") == "a b");
static_assert(trim(" \t ").empty());
static_assert(equal_ignoring_case("aBc-1", "AbC-1"));
static_assert(!equal_ignoring_case("a", "ab"));
static_assert(!equal_ignoring_case("@", "`"));
static_assert(hex_value('f') == 15 && hex_value('F') == 15 && hex_value('0') == 0);
static_assert(hex_value('g') == -1 && hex_value('/') == -1);

TEST(Characters, TokensAreThoseOfTheRFC) {
    const std::string_view good =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (int code = 0; code < 256; ++code) {
        const char character = static_cast<char>(code);
        EXPECT_EQ(is_token_character(character), good.find(character) != std::string_view::npos)
            << code;
    }
}

TEST(Characters, FieldValuesHoldNoControlsButTab) {
    for (int code = 0; code < 256; ++code) {
        const char character = static_cast<char>(code);
        const bool control = (code < 0x20 && code != '\t') || code == 0x7f;
        EXPECT_EQ(is_field_value({&character, 1}), !control) << code;
    }
}

TEST(TakeElement, WalksThroughAList) {
    std::string_view rest = " a ,, b;c,";
    EXPECT_EQ(take_element(rest), "a");
    EXPECT_EQ(take_element(rest), "");
    EXPECT_EQ(take_element(rest), "b;c");
    EXPECT_TRUE(rest.empty());
}

TEST(ListContains, ComparesWholeElementsWithoutCase) {
    EXPECT_TRUE(list_contains("keep-alive, Upgrade", "upgrade"));
    EXPECT_TRUE(list_contains("UPGRADE", "upgrade"));
    EXPECT_FALSE(list_contains("upgrade-x, xupgrade", "upgrade"));
    EXPECT_FALSE(list_contains("", "upgrade"));
}

}  // namespace
}  // namespace indrik::http::tests
