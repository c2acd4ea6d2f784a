#include "indrik/core/strings.hpp"

#include <string>
#include <unordered_map>
#include <vector>

#include <gtest/gtest.h>

namespace indrik {
namespace {

std::vector<std::string> parts(std::string_view text, char separator) {
    std::vector<std::string> result;
    for (const std::string_view part : split(text, separator)) result.emplace_back(part);
    return result;
}

TEST(Strings, CaseChangesTouchAsciiLettersOnly) {
    EXPECT_EQ(to_lower("AZaz@[`{09\xc3\x84"), "azaz@[`{09\xc3\x84");
    EXPECT_EQ(to_upper("AZaz@[`{09\xc3\xa4"), "AZAZ@[`{09\xc3\xa4");
}

TEST(Strings, IequalsIgnoresTheCaseOfAsciiLetters) {
    EXPECT_TRUE(iequals("Content-Type", "content-TYPE"));
    EXPECT_TRUE(iequals("", ""));
    EXPECT_FALSE(iequals("a", "ab"));
    EXPECT_FALSE(iequals("@", "`"));  // differ by the same bit as letters do
    EXPECT_FALSE(iequals("k", "\xe2\x84\xaa"));
}

TEST(Strings, TrimTakesBlanksFromBothEndsOnly) {
    EXPECT_EQ(trim(" \t a b\t "), "a b");
    EXPECT_EQ(trim("\n a"), "\n a");
    EXPECT_EQ(trim("xxaxx", "x"), "a");
    EXPECT_EQ(trim(" \t"), "");
    EXPECT_EQ(trim(""), "");
}

TEST(Strings, SplitGivesOnePartMoreThanSeparators) {
    EXPECT_EQ(parts("a,b,,c", ','), (std::vector<std::string>{"a", "b", "", "c"}));
    EXPECT_EQ(parts("", ','), (std::vector<std::string>{""}));
    EXPECT_EQ(parts(",", ','), (std::vector<std::string>{"", ""}));
    EXPECT_EQ(parts("alone", ','), (std::vector<std::string>{"alone"}));
}

TEST(Strings, HashFindsStringsByViews) {
    std::unordered_map<std::string, int, StringHash, std::equal_to<>> map;
    map["key"] = 1;
    EXPECT_NE(map.find(std::string_view("key")), map.end());
    EXPECT_EQ(map.find(std::string_view("other")), map.end());
}

}  // namespace
}  // namespace indrik
