#include "indrik/web/path_variable.hpp"

#include <regex>
#include <string>

#include <gtest/gtest.h>

namespace indrik::web {
namespace {

using Kind = PathVariable::Kind;

bool accepts(std::string_view type, std::string_view text) {
    return PathVariable("x", type).accepts(text);
}

TEST(PathVariable, ConvertersWinOnlyOnTheirExactNames) {
    EXPECT_EQ(PathVariable("x", "").kind(), Kind::Plain);
    EXPECT_EQ(PathVariable("x", "int").kind(), Kind::Int);
    EXPECT_EQ(PathVariable("x", "uint").kind(), Kind::UInt);
    EXPECT_EQ(PathVariable("x", "float").kind(), Kind::Float);
    EXPECT_EQ(PathVariable("x", "uuid").kind(), Kind::UUID);
    EXPECT_EQ(PathVariable("x", "slug").kind(), Kind::Slug);
    EXPECT_EQ(PathVariable("x", "path").kind(), Kind::Path);
    for (const char* const regex : {"Int", "int+", " int", "(int)", "string"}) {
        EXPECT_EQ(PathVariable("x", regex).kind(), Kind::Regex) << regex;
    }
}

TEST(PathVariable, IntIsDigitsThatFit) {
    for (const char* const good : {"0", "12", "007", "9223372036854775807"}) {
        EXPECT_TRUE(accepts("int", good)) << good;
    }
    for (const char* const bad :
         {"", "-1", "+1", "1.0", "1a", " 1", "9223372036854775808", "\xd9\xa1", "%31"}) {
        EXPECT_FALSE(accepts("int", bad)) << bad;
    }
    EXPECT_TRUE(accepts("uint", "18446744073709551615"));
    EXPECT_FALSE(accepts("uint", "18446744073709551616"));
    EXPECT_FALSE(accepts("uint", "-1"));
}

TEST(PathVariable, FloatIsAFiniteNumberWithoutExponent) {
    for (const char* const good : {"0", "1.5", "12.25", "007.0"}) {
        EXPECT_TRUE(accepts("float", good)) << good;
    }
    for (const char* const bad : {"", ".5", "1.", "1e5", "inf", "nan", "-1", "1.2.3", "1,5"}) {
        EXPECT_FALSE(accepts("float", bad)) << bad;
    }
    EXPECT_FALSE(accepts("float", std::string(400, '9')));
}

TEST(PathVariable, UUIDHasItsDashesAndHexadecimalDigits) {
    EXPECT_TRUE(accepts("uuid", "123e4567-e89b-12d3-a456-426614174000"));
    EXPECT_TRUE(accepts("uuid", "123E4567-E89B-12D3-A456-426614174000"));
    for (const char* const bad : {"",
                                  "123e4567e89b12d3a456426614174000",
                                  "123e4567-e89b-12d3-a456-42661417400",
                                  "123e4567-e89b-12d3-a456-4266141740000",
                                  "123e4567-e89b-12d3-a456-42661417400g",
                                  "-123e456-e89b-12d3-a456-426614174000",
                                  "123e4567-e89b-12d3-a456426614174000-"}) {
        EXPECT_FALSE(accepts("uuid", bad)) << bad;
    }
}

TEST(PathVariable, SlugIsLettersDigitsDashesAndUnderscores) {
    EXPECT_TRUE(accepts("slug", "The_Beast-2"));
    for (const char* const bad : {"", "a b", "a.b", "caf\xc3\xa9", "a/b"}) {
        EXPECT_FALSE(accepts("slug", bad)) << bad;
    }
}

TEST(PathVariable, PathIsNeitherEmptyNorAbsolute) {
    EXPECT_TRUE(accepts("path", "a"));
    EXPECT_TRUE(accepts("path", "a/b//c/"));
    EXPECT_FALSE(accepts("path", ""));
    EXPECT_FALSE(accepts("path", "/etc/passwd"));
    EXPECT_FALSE(accepts("path", "%2Fetc/passwd"));
}

TEST(PathVariable, OneClassWithACountMatchesAsAnExpressionDoes) {
    const char* const texts[] = {"",    "1",   "12",          "1234", "12345", "a",  "ab", "Ab",
                                 "a-b", "-",   "a_1",         "_",    "a b",   "[",  "]",  "^",
                                 ".",   "a/b", "caf\xc3\xa9", "\xff", "1\n",   "\\", "z9", "d"};
    for (const std::string regex :
         {R"(\d+)",    R"(\d)",  R"(\d*)",     R"(\d?)",     R"(\d{4})", R"(\d{1,2})",  R"(\d{2,})",
          R"(\w+)",    R"(\s+)", "[a-z]+",     "[a-z0-9-]+", "[-a-z]+",  "[a-z_]{1,3}", R"([\w-]+)",
          R"([\d.]+)", "[abc]",  R"([\]\[]+)", R"(\.)",      R"([.^]+)", "[A-Za-z]+"}) {
        const PathVariable variable("x", regex);
        EXPECT_EQ(variable.kind(), Kind::Run) << regex;
        EXPECT_FALSE(variable.may_hold_slash()) << regex;
        for (const std::string text : texts) {
            EXPECT_EQ(variable.accepts(text), std::regex_match(text, std::regex(regex)))
                << regex << " " << text;
        }
    }
}

TEST(PathVariable, WhatIsNotSurelyOneClassIsLeftToRE2) {
    for (const char* const regex : {"[^a]+",
                                    "a+",
                                    "(a)",
                                    "[a-z]+x",
                                    R"(\D+)",
                                    R"(\pL+)",
                                    "[[:alpha:]]+",
                                    "[a-\xc3\xa9]+",
                                    "[z-a]",
                                    "[]a]+",
                                    R"([\d-z]+)",
                                    "[a-z]{2000}",
                                    "[a-z]+?",
                                    "[a-z]{,3}",
                                    "[+-9]+",
                                    "[a",
                                    R"([a-\]]+)",
                                    ".+"}) {
        EXPECT_EQ(PathVariable("x", regex).kind(), Kind::Regex) << regex;
    }
}

TEST(PathVariable, KnowsWhatCannotHoldASlash) {
    for (const char* const regex :
         {"[^/]+", "[^/.]+", "(a|b)+", R"(\d+-\w+)", "[a-z]+x?", R"(a\.b)"}) {
        EXPECT_FALSE(PathVariable("x", regex).may_hold_slash()) << regex;
        EXPECT_FALSE(std::regex_match("/", std::regex(regex))) << regex;
    }
    for (const char* const regex : {".+",
                                    "a/b",
                                    "[^.]+",
                                    R"(\D+)",
                                    R"(\S+)",
                                    "[+-9]+",
                                    R"(\x2f)",
                                    R"(\pP)",
                                    R"(\/)",
                                    "[[:punct:]]",
                                    R"(\Q/\E)"}) {
        EXPECT_TRUE(PathVariable("x", regex).may_hold_slash()) << regex;
    }
}

}  // namespace
}  // namespace indrik::web
