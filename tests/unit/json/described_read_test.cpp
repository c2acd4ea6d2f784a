// Text to described values.

#include <cmath>

#include <gmock/gmock.h>

#include "indrik/json/described.hpp"
#include "tests/unit/json/described_types.hpp"

namespace indrik::json {
namespace {

using namespace test;
using testing::HasSubstr;

template <class T>
std::string problems_of(std::string_view text) {
    const Decoded<T> value = from_text<T>(text);
    return value ? "" : value.error().to_string();
}

TEST(FromText, ReadsMembersInAnyOrder) {
    const auto project = from_text<Project>(
        R"( { "tags" : [ {"weight":2,"name":"\u0062east"} ] , "title":"Indrik", "id":-1 } )");
    ASSERT_TRUE(project.has_value()) << project.error().to_string();
    EXPECT_EQ(*project, (Project{-1, "Indrik", {}, {{"beast", 2}}}));
}

TEST(FromText, ReadsBackEveryForm) {
    Everything value;
    value.flag = true;
    value.tiny = -128;
    value.huge = std::numeric_limits<std::uint64_t>::max();
    value.real = 0.1;
    value.small = 1e-30f;
    value.colour = Colour::green;
    value.time = std::chrono::sys_seconds(std::chrono::seconds(784111777));
    value.id = *parse_uuid("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    value.two = {3, 4};
    value.pair = {"p\"\n\xc3\xa9", true};
    value.three = {1, "b", {"c", 2}};
    value.names = {"x", "y"};
    value.numbers = {1.5, -2};
    value.bits = {true, false};
    value.tags = {{"~/", {"t", 1}}};
    value.counts = {{"a", 1}, {"b", 2}};
    value.any = Base{5};
    value.maybe = {1, std::nullopt};
    value.value = {{"k", {1, nullptr}}};
    const auto read = from_text<Everything>(to_text(value));
    ASSERT_TRUE(read.has_value()) << read.error().to_string();
    EXPECT_EQ(*read, value);
    EXPECT_TRUE(from_text<Empty>(R"({"a":[{}]})").has_value());
    EXPECT_EQ(from_text<Derived>(R"({"base":3,"own":4})").value(), (Derived{{3}, 4}));
}

TEST(FromText, CollectsEveryMistakeWithItsPath) {
    const auto project = from_text<Project>(
        R"({"title":1,"note":{"a":[1]},"tags":[{"name":"a","weight":1},7,{"name":[],"weight":1e3}],"x":1})");
    ASSERT_FALSE(project.has_value());
    EXPECT_FALSE(project.error().is_malformed());
    EXPECT_THAT(project.error(),
                testing::ElementsAre(
                    Problem("/title", "expected a string, got a number"),
                    Problem("/note", "expected a string, got an object"),
                    Problem("/tags/1", "expected an object, got a number"),
                    Problem("/tags/2/name", "expected a string, got an array"),
                    Problem("/tags/2/weight", "expected an integer from -2147483648 to 2147483647"),
                    Problem("/id", "is required")));
}

TEST(FromText, EscapesNamesInPaths) {
    EXPECT_EQ((problems_of<std::map<std::string, int>>(R"({"a/b~c":null})")),
              "/a~1b~0c: expected an integer, got null");
}

TEST(FromText, StopsAfterSoManyMistakes) {
    std::string text = "[";
    for (int i = 0; i < 100; ++i) text += "\"\",";
    const auto list = from_text<std::vector<int>>(text + "1]");
    ASSERT_FALSE(list.has_value());
    EXPECT_EQ(list.error().size(), Problems::kMaxProblems);
    EXPECT_EQ(list.error()[31].path(), "/31");
}

TEST(FromText, NullFitsOptionalsOnly) {
    EXPECT_EQ(problems_of<Tag>(R"({"name":null,"weight":null})"),
              "/name: expected a string, got null; /weight: expected an integer, got null");
    EXPECT_FALSE(from_text<Project>(R"({"id":1,"title":"","note":null,"tags":[]})")->note);
}

TEST(FromText, ChecksTheRangeOfNumbers) {
    EXPECT_EQ(from_text<std::int8_t>("-128").value(), -128);
    EXPECT_EQ(problems_of<std::int8_t>("128"), "expected an integer from -128 to 127");
    EXPECT_EQ(problems_of<std::uint8_t>("-1"), "expected an integer from 0 to 255");
    EXPECT_NE(problems_of<std::int64_t>("9223372036854775808"), "");
    EXPECT_NE(problems_of<int>("1.0"), "");
    EXPECT_EQ(problems_of<double>("1e999"), "expected a number");
    EXPECT_EQ(from_text<double>("-0.5e3").value(), -500);
    EXPECT_EQ(from_text<double>("1").value(), 1);
    EXPECT_NE(problems_of<float>("1e40"), "");
}

TEST(FromText, RefusesNamesThatComeTwice) {
    EXPECT_EQ(problems_of<Tag>(R"({"name":"a","weight":1,"\u006eame":"b"})"),
              "/name: is given twice");
}

TEST(FromText, KeepsDefaultsWhereTheStructSaysSo) {
    const auto value = from_text<Tolerant>(R"({"order":"id"})");
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(value->page, 7);
    EXPECT_EQ(value->size, 3);
    EXPECT_EQ(value->order, "id");
}

TEST(FromText, RefusesUnknownMembersWhereTheStructSaysSo) {
    EXPECT_EQ(problems_of<Strict>(R"({"b":[1],"a":1,"c":2})"),
              "/b: is not known; /c: is not known");
}

TEST(FromText, ChecksTheSizeOfTuples) {
    EXPECT_EQ((problems_of<std::array<int, 2>>("[1]")), "expected an array of 2 elements, got 1");
    EXPECT_EQ((problems_of<std::pair<int, int>>("[1,2,3]")),
              "expected an array of 2 elements, got 3");
    EXPECT_EQ((problems_of<std::tuple<int>>("{}")),
              "expected an array of 1 element, got an object");
    EXPECT_EQ((problems_of<std::tuple<int, bool>>("[true,1]")),
              "/0: expected an integer, got a boolean; /1: expected a boolean, got a number");
}

TEST(FromText, TakesTheFirstAlternativeThatFits) {
    using Any = std::variant<int, double, std::string, Tag, Base, bool>;
    EXPECT_EQ(from_text<Any>("1").value().index(), 0u);
    EXPECT_EQ(from_text<Any>("1.5").value().index(), 1u);
    EXPECT_EQ(from_text<Any>("\"1\"").value().index(), 2u);
    EXPECT_EQ(from_text<Any>(R"({"name":"a","weight":1})").value().index(), 3u);
    EXPECT_EQ(from_text<Any>(R"({"base":1})").value().index(), 4u);
    EXPECT_EQ(from_text<Any>("true").value().index(), 5u);
    EXPECT_EQ(problems_of<Any>("[]"), "expected one of several forms, got an array");
    EXPECT_EQ(problems_of<Any>("{}"), "expected one of several forms, got an object");
    EXPECT_EQ((problems_of<std::variant<int, Tag>>(R"({"name":"a","weight":true})")),
              "/weight: expected an integer, got a boolean");
    EXPECT_THAT(problems_of<Any>(R"({"name":"a",)"), HasSubstr("line 1, column 13"));
}

TEST(FromText, DoesNotTryAlternativesWithoutEnd) {
    std::string text;
    for (int i = 0; i < 20; ++i) text += R"({"name":"a","children":[)";
    text += "1";
    for (int i = 0; i < 20; ++i) text += "]}";
    const auto node = from_text<Node>(text);  // the innermost value is wrong for every alternative
    ASSERT_FALSE(node.has_value());
    const auto good = from_text<Node>(R"({"children":[{"children":[{"name":"a","weight":1}]}]})");
    ASSERT_TRUE(good.has_value()) << good.error().to_string();
}

TEST(FromText, SaysWhatIsExpectedOfTexts) {
    EXPECT_EQ(problems_of<Colour>("\"pink\""), "expected one of 'red','green','blue'");
    EXPECT_EQ(problems_of<Colour>("1"), "expected a string, got a number");
    EXPECT_EQ(problems_of<UUID>("\"\""), "expected a UUID");
    EXPECT_THAT(problems_of<std::chrono::sys_seconds>("\"2026-02-30T00:00:00Z\""),
                HasSubstr("expected a time"));
}

TEST(FromText, SaysWhereAMalformedTextBreaksOff) {
    const auto project = from_text<Project>("{\"id\":\"a\",\n \"title\": \"a\" \"note\"");
    ASSERT_FALSE(project.has_value());
    EXPECT_TRUE(project.error().is_malformed());
    EXPECT_EQ(project.error().to_string(), "line 2, column 15: expected ',' or '}'");
    EXPECT_TRUE(from_text<Tag>(R"({"name":"a","weight":1}x)").error().is_malformed());
    EXPECT_TRUE(from_text<Tag>("").error().is_malformed());
}

TEST(FromText, HasLimits) {
    const std::string deep = R"({"value":)" + std::string(70, '[') + std::string(70, ']') + "}";
    EXPECT_THAT(problems_of<Everything>(deep), HasSubstr("nested too deeply"));
    EXPECT_FALSE(from_text<Empty>(R"({"a":{}})", ReadOptions().max_depth(1)).has_value());
    EXPECT_TRUE(from_text<Empty>(R"({"a":{}})", ReadOptions().max_depth(2)).has_value());
    const auto long_text = from_text<Empty>("{ }", ReadOptions().max_text_bytes(2));
    ASSERT_FALSE(long_text.has_value());
    EXPECT_TRUE(long_text.error().is_malformed());
}

TEST(Decoded, ThrowsWithEveryMistake) {
    try {
        static_cast<void>(from_text<Tag>("{}").value());
        FAIL() << "no exception";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "/name: is required; /weight: is required");
    }
}

TEST(ParseTime, ReadsWhatRFC3339Allows) {
    const auto at = [](std::string_view text) {
        std::chrono::sys_seconds time{};
        return parse_time(text, time) ? time.time_since_epoch().count() : -1;
    };
    EXPECT_EQ(at("1994-11-06T08:49:37Z"), 784111777);
    EXPECT_EQ(at("1994-11-06 09:49:37.25+01:00"), 784111777);
    EXPECT_EQ(at("1994-11-06t00:49:37-08:00"), 784111777);
    EXPECT_EQ(at("2000-02-29T00:00:00z"), 951782400);
    EXPECT_EQ(at("1998-12-31T23:59:60Z"), 915148800);  // a leap second
    for (const std::string_view text : {"",
                                        "1994-11-06",
                                        "1994-11-06T08:49:37",
                                        "1994-11-06T08:49Z",
                                        "1994-11-06T08:49:37.Z",
                                        "1994-13-06T08:49:37Z",
                                        "1900-02-29T00:00:00Z",
                                        "1994-11-06T24:00:00Z",
                                        "1994-11-06T08:49:37+0100",
                                        "1994-11-06T08:49:37Z ",
                                        "9999-12-31T23:59:59-01:00"}) {
        EXPECT_EQ(at(text), -1) << text;
    }
}

}  // namespace
}  // namespace indrik::json
