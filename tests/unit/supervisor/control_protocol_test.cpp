#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "supervisor/control/protocol.hpp"

namespace indrik::supervisor {
namespace {

std::vector<std::string> read_all(FrameReader& reader) {
    std::vector<std::string> texts;
    while (auto text = reader.next()) texts.push_back(std::move(*text));
    return texts;
}

const std::string kWire = frame("{}") + frame("") + frame(std::string(300, 'x'));
const std::vector<std::string> kTexts{"{}", "", std::string(300, 'x')};

TEST(FrameReader, ReadsFramesWhole) {
    FrameReader reader(1000);
    reader.feed(kWire);
    EXPECT_EQ(read_all(reader), kTexts);
    EXPECT_FALSE(reader.is_within_frame());
}

TEST(FrameReader, ReadsFramesByteByByte) {
    FrameReader reader(1000);
    std::vector<std::string> texts;
    for (const char byte : kWire) {
        reader.feed({&byte, 1});
        for (std::string& text : read_all(reader)) texts.push_back(std::move(text));
    }
    EXPECT_EQ(texts, kTexts);
}

TEST(FrameReader, ReadsFramesAtEverySplit) {
    for (std::size_t split = 0; split <= kWire.size(); ++split) {
        FrameReader reader(1000);
        reader.feed(std::string_view(kWire).substr(0, split));
        std::vector<std::string> texts = read_all(reader);
        reader.feed(std::string_view(kWire).substr(split));
        for (std::string& text : read_all(reader)) texts.push_back(std::move(text));
        EXPECT_EQ(texts, kTexts) << split;
    }
}

TEST(FrameReader, RefusesFramesBeyondTheLimitBeforeTheyCome) {
    FrameReader reader(10);
    reader.feed(frame(std::string(10, 'x')));
    EXPECT_TRUE(reader.next());
    reader.feed(std::string("\0\0\0\x0b", 4));
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.is_too_large());
}

TEST(ControlRequest, ComesThroughWithWhateverId) {
    for (const std::string id : {"7", "\"x\"", "null", "[1,2]"}) {
        const auto request = parse_request("{\"id\":" + id + ",\"command\":\"show stats\"}");
        ASSERT_TRUE(request);
        EXPECT_EQ(request->command, "show stats");
        EXPECT_EQ(json::serialize(request->id), id);
        EXPECT_EQ(parse_request(format_request(*request))->command, "show stats");
    }
    EXPECT_TRUE(parse_request(R"({"command": "help"})"));
}

TEST(ControlRequest, IsAnObjectWithACommand) {
    for (const char* const text :
         {"", "{", "[]", "7", "{}", R"({"command": 7})", R"({"command": null})"}) {
        EXPECT_FALSE(parse_request(text)) << text;
    }
}

TEST(ControlAnswer, ComesThrough) {
    const auto good = parse_answer(format_answer(1, ControlAnswer::success({{"done", "x"}})));
    ASSERT_TRUE(good);
    EXPECT_TRUE(good->is_ok);
    EXPECT_EQ(json::serialize(good->data), R"({"done":"x"})");
    const auto bad = parse_answer(format_answer(1, ControlAnswer::failure("no \"way\"")));
    ASSERT_TRUE(bad);
    EXPECT_FALSE(bad->is_ok);
    EXPECT_EQ(bad->error, "no \"way\"");
    EXPECT_FALSE(parse_answer("{}"));
    EXPECT_FALSE(parse_answer("HTTP/1.1 400"));
}

}  // namespace
}  // namespace indrik::supervisor
