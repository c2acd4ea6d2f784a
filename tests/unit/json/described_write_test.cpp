// Described values to text.

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "indrik/json/described.hpp"
#include "tests/unit/json/described_types.hpp"

namespace indrik::json {
namespace {

using namespace test;

TEST(ToText, WritesMembersInTheirOrder) {
    Project project{1, "Indrik", {}, {{"beast", 2}, {"horn", 3}}};
    EXPECT_EQ(to_text(project),
              R"({"id":1,"title":"Indrik","note":null,)"
              R"("tags":[{"name":"beast","weight":2},{"name":"horn","weight":3}]})");
    project.note = "a";
    project.tags.clear();
    EXPECT_EQ(to_text(project), R"({"id":1,"title":"Indrik","note":"a","tags":[]})");
}

TEST(ToText, AppendsBehindWhatThereIs) {
    std::string text = "data: ";
    append_text(text, Tag{"a", 1});
    EXPECT_EQ(text, R"(data: {"name":"a","weight":1})");
    append_text(text, Empty());
    EXPECT_EQ(text, R"(data: {"name":"a","weight":1}{})");
}

TEST(ToText, WritesBasesFirst) {
    EXPECT_EQ(to_text(Derived()), R"({"base":1,"own":2})");
}

TEST(ToText, LeavesOutEmptyOptionalsWhereTheStructSaysSo) {
    Tolerant value;
    EXPECT_EQ(to_text(value), R"({"page":7,"size":3,"order":"name","list":[1,2]})");
    value.size.reset();
    EXPECT_EQ(to_text(value), R"({"page":7,"order":"name","list":[1,2]})");
}

TEST(ToText, EscapesWhatStringsMayNotHold) {
    EXPECT_EQ(to_text(std::string("\"\\/\b\f\n\r\t\x01\x1f\x7f")),
              "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
    EXPECT_EQ(to_text(std::string("a\0b", 3)), "\"a\\u0000b\"");
}

TEST(ToText, EscapesAtEveryPlaceOfALongText) {
    for (std::size_t size = 0; size < 70; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            std::string text(size, 'x');
            text[at] = '"';
            const std::string expected =
                '"' + text.substr(0, at) + "\\\"" + text.substr(at + 1) + '"';
            ASSERT_EQ(to_text(text), expected) << size << ' ' << at;
        }
    }
}

TEST(ToText, PassesUTF8Through) {
    const std::string text =
        "\x7f \xc2\x80 caf\xc3\xa9 \xe2\x82\xac \xed\x9f\xbf \xef\xbf\xbf \xf0\x9f\xa6\x84 "
        "\xf4\x8f\xbf\xbf";
    EXPECT_EQ(to_text(text), '"' + text + '"');
}

TEST(ToText, ReplacesBytesThatAreNoUTF8) {
    const std::string mark = "\xef\xbf\xbd";
    EXPECT_EQ(to_text(std::string("a\xff"
                                  "b")),
              "\"a" + mark + "b\"");
    EXPECT_EQ(to_text(std::string("\xc3")), '"' + mark + '"');
    EXPECT_EQ(to_text(std::string("\xc0\x80")), '"' + mark + mark + '"');             // overlong
    EXPECT_EQ(to_text(std::string("\xed\xa0\x80")), '"' + mark + mark + mark + '"');  // surrogate
    EXPECT_EQ(to_text(std::string("\xe2\x82")), '"' + mark + mark + '"');
    EXPECT_EQ(to_text(std::string("\xf4\x90\x80\x80")), '"' + mark + mark + mark + mark + '"');
    EXPECT_EQ(to_text(std::string("\xe2\"")), '"' + mark + "\\\"\"");
}

TEST(ToText, WritesNumbersShortest) {
    EXPECT_EQ(to_text(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(to_text(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
    EXPECT_EQ(to_text(std::int8_t{-128}), "-128");
    EXPECT_EQ(to_text(0.1), "0.1");
    EXPECT_EQ(to_text(0.1f), "0.1");
    EXPECT_EQ(to_text(-0.0), "-0");
    EXPECT_EQ(to_text(1e300), "1e+300");
    EXPECT_EQ(to_text(3.0), "3");
}

TEST(ToText, WritesNullForNumbersThatAreNotFinite) {
    EXPECT_EQ(to_text(std::nan("")), "null");
    EXPECT_EQ(to_text(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(to_text(-std::numeric_limits<float>::infinity()), "null");
}

TEST(ToText, WritesEveryForm) {
    Everything value;
    value.colour = Colour::blue;
    value.time = std::chrono::sys_seconds(std::chrono::seconds(784111777));
    value.three = {1, "b", {"c", 2}};
    value.names = {"x", "y"};
    value.bits = {true, false};
    value.counts = {{"\"", 1}};
    value.any = "text";
    value.maybe = {1, std::nullopt};
    value.value = {{"k", {1, nullptr}}};
    EXPECT_EQ(to_text(value),
              R"({"flag":false,"tiny":0,"huge":0,"real":0,"small":0,"colour":"blue",)"
              R"("time":"1994-11-06T08:49:37Z","id":"00000000-0000-0000-0000-000000000000",)"
              R"("two":[0,0],"pair":["",false],"three":[1,"b",{"name":"c","weight":2}],)"
              R"("names":["x","y"],"numbers":[],"bits":[true,false],"tags":{},)"
              R"("counts":{"\"":1},"any":"text","maybe":[1,null],"value":{"k":[1,null]}})");
}

TEST(ToText, WritesTheNumberOfAnEnumeratorWithoutName) {
    EXPECT_EQ(to_text(static_cast<Colour>(9)), "9");
}

TEST(FormatTime, MovesTimesOutsideTheYearsToTheNearestEnd) {
    EXPECT_EQ(format_time(std::chrono::sys_seconds::max()), "9999-12-31T23:59:59Z");
    EXPECT_EQ(format_time(std::chrono::sys_seconds::min()), "0000-01-01T00:00:00Z");
}

}  // namespace
}  // namespace indrik::json
