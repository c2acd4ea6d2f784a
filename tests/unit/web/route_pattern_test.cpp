#include "indrik/web/route_pattern.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace indrik::web {
namespace {

using testing::HasSubstr;
using Variables = std::vector<std::pair<std::string, std::string>>;

/// The variables of a match; nothing if there is none.
std::optional<Variables> match(std::string_view pattern, std::string_view path) {
    const RoutePattern parsed(pattern);
    MatchInfo info;
    if (!parsed.match(path, info)) {
        EXPECT_TRUE(info.empty()) << "a mismatch left variables behind";
        return std::nullopt;
    }
    Variables variables;
    for (const auto& [name, value] : info) variables.emplace_back(name, value);
    return variables;
}

std::string error_of(std::string_view pattern) {
    try {
        const RoutePattern parsed(pattern);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "no error";
}

std::string url_for(std::string_view pattern, std::vector<RoutePattern::Part> parts) {
    try {
        return RoutePattern(pattern).format(parts);
    } catch (const std::invalid_argument& error) {
        return std::string("error: ") + error.what();
    }
}

TEST(RoutePattern, StaticPathMatchesItselfOnly) {
    EXPECT_TRUE(RoutePattern("/a/b").is_static());
    EXPECT_EQ(match("/a/b", "/a/b"), Variables{});
    for (const char* const other : {"/a/b/", "/a", "/A/b", "/a/bc", "", "/"}) {
        EXPECT_FALSE(match("/a/b", other)) << other;
    }
}

TEST(RoutePattern, PlainVariableIsOneNonEmptySegment) {
    EXPECT_EQ(match("/p/{id}", "/p/12"), (Variables{{"id", "12"}}));
    EXPECT_EQ(match("/{a}/x/{b}", "/1/x/2"), (Variables{{"a", "1"}, {"b", "2"}}));
    EXPECT_EQ(match("/{a}/{b}/", "/1/2/"), (Variables{{"a", "1"}, {"b", "2"}}));
    for (const char* const other : {"/p/", "/p", "/p/1/2", "/p/1/", "/q/1", "/p/{", "/p/a}b", ""}) {
        EXPECT_FALSE(match("/p/{id}", other)) << other;
    }
    EXPECT_FALSE(match("/{a}/x/{b}", "/1/x/"));
    EXPECT_FALSE(match("/{a}/x/{b}", "/1/y/2"));
    EXPECT_FALSE(match("/{a}/x/{b}", "//x/2"));
}

TEST(RoutePattern, VariablesWithinASegmentMatchToo) {
    EXPECT_EQ(match("/{a}-{b}.txt", "/x-y.txt"), (Variables{{"a", "x"}, {"b", "y"}}));
    EXPECT_FALSE(match("/{a}-{b}.txt", "/x-.txt"));
    EXPECT_FALSE(match("/v{n}", "/v1/2"));
    EXPECT_EQ(match("/{a}.x", "/q+.x"), (Variables{{"a", "q+"}}));
}

TEST(RoutePattern, RegexMustMatchTheWholeVariable) {
    EXPECT_EQ(match(R"(/p/{id:\d+})", "/p/12"), (Variables{{"id", "12"}}));
    EXPECT_FALSE(match(R"(/p/{id:\d+})", "/p/12a"));
    EXPECT_FALSE(match(R"(/p/{id:\d+})", "/p/"));
    EXPECT_EQ(match(R"(/{y:\d{4}}/{m:\d{1,2}})", "/2026/7"),
              (Variables{{"y", "2026"}, {"m", "7"}}));
    EXPECT_EQ(match("/{x:(a|b)(c|d)}/{y:e}", "/bc/e"), (Variables{{"x", "bc"}, {"y", "e"}}));
    EXPECT_EQ(match("/{a:x(?P<b>y)}/{b:z}", "/xy/z"), (Variables{{"a", "xy"}, {"b", "z"}}));
    EXPECT_EQ(match("/f/{tail:.*}", "/f/a/b/c"), (Variables{{"tail", "a/b/c"}}));
    EXPECT_EQ(match("/f/{tail:.*}", "/f/"), (Variables{{"tail", ""}}));
    EXPECT_EQ(match("/{x:[^:]+}", "/a-b"), (Variables{{"x", "a-b"}}));
}

TEST(RoutePattern, LiteralTextIsNoRegex) {
    EXPECT_EQ(match(R"(/a.b/{n:\d})", "/a.b/1"), (Variables{{"n", "1"}}));
    EXPECT_FALSE(match(R"(/a.b/{n:\d})", "/axb/1"));
    EXPECT_EQ(match(R"(/(a+)/{n:\d})", "/(a+)/1"), (Variables{{"n", "1"}}));
}

TEST(RoutePattern, UnicodeDigitsAreNoDigits) {
    EXPECT_FALSE(match(R"(/p/{id:\d+})", "/p/\xd9\xa1"));
}

TEST(RoutePattern, ValuesAreDecoded) {
    EXPECT_EQ(match("/{x}", "/a%2Fb%25"), (Variables{{"x", "a/b%"}}));
    EXPECT_EQ(match("/{x:.+}", "/a%2Fb"), (Variables{{"x", "a/b"}}));
    EXPECT_EQ(match("/{x}", "/100%"), (Variables{{"x", "100%"}}));
}

TEST(RoutePattern, HostileRegexInputCostsLinearTime) {
    // A backtracking matcher would need ages.
    EXPECT_FALSE(match("/{x:(a+)+b}", "/" + std::string(5000, 'a')));
}

TEST(RoutePattern, IndexKeyIsTheLiteralBeginning) {
    EXPECT_EQ(RoutePattern("/a/b").index_key(), "/a/b");
    EXPECT_EQ(RoutePattern("/a/b/{c}").index_key(), "/a/b");
    EXPECT_EQ(RoutePattern("/a/b{c}").index_key(), "/a");
    EXPECT_EQ(RoutePattern("/{c}").index_key(), "");
}

TEST(RoutePattern, ErrorsSayWhatIsWrongAndWhere) {
    EXPECT_THAT(error_of(""), HasSubstr("must begin with '/'"));
    EXPECT_THAT(error_of("a/b"), HasSubstr("route pattern 'a/b': must begin with '/'"));
    EXPECT_THAT(error_of("{a}"), HasSubstr("must begin with '/'"));
    EXPECT_THAT(error_of("/a/{b"), HasSubstr("'{' at position 3 is never closed"));
    EXPECT_THAT(error_of("/a}/b"), HasSubstr("'}' without '{' at position 2"));
    EXPECT_THAT(error_of("/{}"), HasSubstr("'' is no name for a variable"));
    EXPECT_THAT(error_of("/{1a}"), HasSubstr("'1a' is no name"));
    EXPECT_THAT(error_of("/{a-b}"), HasSubstr("'a-b' is no name"));
    EXPECT_THAT(error_of("/{a}/{a}"), HasSubstr("the variable 'a' appears twice"));
    EXPECT_THAT(error_of("/{a:}"), HasSubstr("'a' has an empty regex"));
    EXPECT_THAT(error_of("/{a:[}"), HasSubstr("the regex of 'a' is wrong: missing ]"));
    EXPECT_THAT(error_of("/{a:x)(y}"), HasSubstr("the regex of 'a' is wrong"));
}

TEST(RoutePattern, FormatsPathsWithEncodedValues) {
    EXPECT_EQ(url_for("/a/b", {}), "/a/b");
    EXPECT_EQ(url_for("/p/{id}", {{"id", "12"}}), "/p/12");
    EXPECT_EQ(url_for("/{a}/{b}", {{"b", "2"}, {"a", "1"}}), "/1/2");
    EXPECT_EQ(url_for("/p/{id}", {{"id", "a/b c%"}}), "/p/a%2Fb%20c%25");
    EXPECT_EQ(url_for("/p/{id}", {{"id", "caf\xc3\xa9"}}), "/p/caf%C3%A9");
}

TEST(RoutePattern, FormatsValuesThatMatchOnlyWhenDecoded) {
    EXPECT_EQ(url_for("/{x:[a-z ]+}", {{"x", "a b"}}), "/a%20b");
    EXPECT_EQ(url_for("/{x:.\xc3\xa9}", {{"x", "x\xc3\xa9"}}), "/x%C3%A9");
}

TEST(RoutePattern, FormatsLiteralTextThatNeedsEncoding) {
    EXPECT_EQ(url_for("/caf\xc3\xa9/{x}", {{"x", "1"}}), "/caf%C3%A9/1");
    EXPECT_EQ(url_for("/a b/{x:\\d}", {{"x", "1"}}), "/a%20b/1");
    EXPECT_EQ(url_for("/a b", {}), "/a%20b");
}

TEST(RoutePattern, ConvertersTakeOnlyTheirValues) {
    EXPECT_EQ(match("/p/{id:int}", "/p/12"), (Variables{{"id", "12"}}));
    EXPECT_FALSE(match("/p/{id:int}", "/p/x"));
    EXPECT_FALSE(match("/p/{id:int}", "/p/99999999999999999999"));
    EXPECT_EQ(match("/{a:slug}/{b:float}", "/x-y/1.5"), (Variables{{"a", "x-y"}, {"b", "1.5"}}));
    EXPECT_EQ(match("/f/{rest:path}", "/f/a/b%2Fc"), (Variables{{"rest", "a/b/c"}}));
    EXPECT_FALSE(match("/f/{rest:path}", "/f/"));
    EXPECT_FALSE(match("/f/{rest:path}", "/f//etc"));
}

TEST(RoutePattern, ConvertersWithinASegmentAndBeforeOtherSegments) {
    EXPECT_EQ(match("/{a:int}-{b:int}.txt", "/1-2.txt"), (Variables{{"a", "1"}, {"b", "2"}}));
    EXPECT_FALSE(match("/{a:int}-{b:int}.txt", "/1-99999999999999999999.txt"));
    EXPECT_EQ(match("/{rest:path}/edit", "/a/b/edit"), (Variables{{"rest", "a/b"}}));
    EXPECT_FALSE(match("/{rest:path}/edit", "/edit"));
    EXPECT_FALSE(match("/{rest:path}/edit", "//edit"));
    EXPECT_EQ(match("/{d:\\d+}x{id:uuid}", "/1x123e4567-e89b-12d3-a456-426614174000"),
              (Variables{{"d", "1"}, {"id", "123e4567-e89b-12d3-a456-426614174000"}}));
}

TEST(RoutePattern, OfEqualShapeMatchTheSamePaths) {
    EXPECT_EQ(RoutePattern("/a/{x:int}/b").shape(), RoutePattern("/%61/{y:int}/b").shape());
    EXPECT_NE(RoutePattern("/a/{x}").shape(), RoutePattern("/a/{x:int}").shape());
    EXPECT_NE(RoutePattern("/a/{x}").shape(), RoutePattern("/b/{x}").shape());
}

TEST(RoutePattern, OutlineIsWhatEveryMatchLooksLike) {
    const auto outline = [](std::string_view pattern) {
        const RoutePattern::Outline result = RoutePattern(pattern).outline();
        std::string text;
        for (const auto& segment : result.segments) {
            text += "/" + (segment.is_literal ? segment.text : "*");
        }
        return result.is_open ? text + "/..." : text;
    };
    EXPECT_EQ(outline("/a/b"), "/a/b");
    EXPECT_EQ(outline("/"), "/");
    EXPECT_EQ(outline("/a/{x}/b/"), "/a/*/b/");
    EXPECT_EQ(outline("/v{x:int}/{y}-{z}.txt"), "/*/*");
    EXPECT_EQ(outline("/a/b{x:.*}/c"), "/a/...");
    EXPECT_EQ(outline("/{rest:path}"), "/...");
}

TEST(RoutePattern, FormatsValuesWithSlashesWhereTheyMayBe) {
    EXPECT_EQ(url_for("/f/{rest:path}", {{"rest", "a b/c"}}), "/f/a%20b/c");
    EXPECT_EQ(url_for("/f/{rest:.*}", {{"rest", "a/b"}}), "/f/a/b");
    EXPECT_THAT(url_for("/f/{rest:path}", {{"rest", "/etc"}}), HasSubstr("does not match"));
    EXPECT_THAT(url_for("/f/{rest:path}", {{"rest", ""}}), HasSubstr("does not match"));
    EXPECT_THAT(url_for("/p/{id:int}", {{"id", "x"}}), HasSubstr("the values make '/p/x'"));
}

TEST(RoutePattern, FormatErrorsNameThePart) {
    EXPECT_THAT(url_for("/p/{id}", {}), HasSubstr("no value was given for 'id'"));
    EXPECT_THAT(url_for("/p/{id}", {{"id", "1"}, {"x", "2"}}), HasSubstr("it has no variable 'x'"));
    EXPECT_THAT(url_for("/p", {{"x", "2"}}), HasSubstr("it has no variable 'x'"));
    EXPECT_THAT(url_for(R"(/p/{id:\d+})", {{"id", "one"}}), HasSubstr("the values make '/p/one'"));
    EXPECT_THAT(url_for("/p/{id}", {{"id", ""}}), HasSubstr("the values make '/p/'"));
}

}  // namespace
}  // namespace indrik::web
