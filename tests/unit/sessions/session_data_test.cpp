#include "indrik/sessions/detail/session_data.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "indrik/sessions/payload.hpp"

namespace indrik::sessions::detail {
namespace {

TEST(SessionData, KeepsTheTextsThatNobodyChanges) {
    SessionData data;
    ASSERT_TRUE(data.load(R"({"a": 1.50, "b": [1, 2], "c\u0041": "x"})"));
    EXPECT_FALSE(data.is_changed());
    EXPECT_EQ(data.text("a"), "1.50");
    EXPECT_EQ(data.text("cA"), "\"x\"");
    EXPECT_EQ(data.text("d"), std::nullopt);
    EXPECT_EQ(data.to_text(), R"({"a":1.50,"b":[1, 2],"cA":"x"})");
}

TEST(SessionData, NoticesWhatIsSetAndErased) {
    SessionData data;
    ASSERT_TRUE(data.load(R"({"a":1,"b":2})"));
    data.set_text("a", "1");
    EXPECT_FALSE(data.erase("c"));
    EXPECT_FALSE(data.is_changed());
    data.set_text("a", "3");
    EXPECT_TRUE(data.is_changed());
    data.mark_saved();
    EXPECT_FALSE(data.is_changed());
    EXPECT_TRUE(data.erase("b"));
    EXPECT_TRUE(data.is_changed());
    EXPECT_EQ(data.to_text(), R"({"a":3})");
    data.mark_saved();
    data.mark_changed();
    EXPECT_TRUE(data.is_changed());
}

TEST(SessionData, NoticesChangesWithinWhatItLent) {
    SessionData data;
    ASSERT_TRUE(data.load(R"({"cart": {"items": [ "apple" ]}, "n": 1e2})"));
    json::Value& items = data.lend("cart").as_object()["items"];
    static_cast<void>(data.lend("n"));
    EXPECT_FALSE(data.is_changed()) << "blanks are no change";
    data.set_text("other", "1");  // more members do not move it
    data.mark_saved();
    items.as_array().emplace_back("pear");
    EXPECT_TRUE(data.is_changed());
    EXPECT_EQ(data.text("cart"), R"({"items":["apple","pear"]})");
    data.mark_saved();
    EXPECT_FALSE(data.is_changed());
}

TEST(SessionData, WritesNothingThatItCannotRead) {
    SessionData data;
    data.lend("t") =
        "a\xff"
        "b";
    SessionData again;
    ASSERT_TRUE(again.load(data.to_text()));
    EXPECT_EQ(again.text("t"), "\"a\uFFFDb\"");

    json::Value nested = 1;
    for (int i = 0; i < 61; ++i) nested = json::Array({nested});
    data.lend("deep") = nested;
    ASSERT_TRUE(again.load(data.to_text()));
    data.lend("deep") = json::Array({nested});
    EXPECT_THROW(data.is_changed(), std::length_error);
}

TEST(SessionData, TakesChangesOver) {
    SessionData ours;
    ASSERT_TRUE(ours.load(R"({"a":1,"b":2,"c":3})"));
    ours.set_text("a", "10");
    ours.erase("b");
    ours.set_text("new", "4");
    SessionData theirs;
    ASSERT_TRUE(theirs.load(R"({"a":5,"b":6,"c":7,"d":8})"));
    theirs.apply(ours.changes());
    EXPECT_EQ(theirs.to_text(), R"({"a":10,"c":7,"d":8,"new":4})");
    EXPECT_TRUE(theirs.is_changed());
}

TEST(SessionData, OfNamesThatComeTwiceTakesTheLast) {
    SessionData data;
    ASSERT_TRUE(data.load(R"({"a":1,"a":2})"));
    EXPECT_EQ(data.to_text(), R"({"a":2})");
}

TEST(SessionData, RefusesWhatIsNoObjectOrABomb) {
    SessionData data;
    std::string many = "{";
    for (int i = 0; i < 2000; ++i) many += "\"" + std::to_string(i) + "\":0,";
    many += "\"x\":0}";
    const std::string deep = "{\"a\":" + std::string(5000, '[') + std::string(5000, ']') + "}";
    for (const std::string& text : {std::string(),
                                    std::string("[]"),
                                    std::string("{"),
                                    std::string("{}x"),
                                    std::string("{\"a\":}"),
                                    std::string("{\"a\":\"\xff\"}"),
                                    std::string("null"),
                                    many,
                                    deep}) {
        EXPECT_FALSE(data.load(text)) << text.substr(0, 50);
        EXPECT_EQ(data.size(), 0U);
        EXPECT_EQ(data.to_text(), "{}");
        EXPECT_FALSE(data.is_changed());
    }
}

TEST(Payload, IsThatOfAiohttpSession) {
    Record record;
    record.created = Time(Seconds(1'700'000'000));
    record.data = R"({"n":1})";
    EXPECT_EQ(format_payload(record), R"({"created": 1700000000, "session": {"n":1}})");
    record.own_max_age = Seconds(60);
    EXPECT_EQ(format_payload(record),
              R"({"created": 1700000000, "max_age": 60, "session": {"n":1}})");
    Record read;
    ASSERT_TRUE(parse_payload(format_payload(record), read));
    EXPECT_EQ(read.data, record.data);
    EXPECT_EQ(read.created, record.created);
    EXPECT_EQ(read.own_max_age, Seconds(60));
    // As Python writes it.
    ASSERT_TRUE(parse_payload(
        R"({"created": 1700000000, "session": {"a": {"b": [1, 2]}, "c": "}"}})", read));
    EXPECT_EQ(read.data, R"({"a": {"b": [1, 2]}, "c": "}"})");
    EXPECT_EQ(read.own_max_age, std::nullopt);
}

TEST(Payload, OfAnotherFormIsRefused) {
    for (const char* const text : {"",
                                   "{}",
                                   "[]",
                                   "1",
                                   R"({"session": {}})",
                                   R"({"created": 1})",
                                   R"({"created": "1", "session": {}})",
                                   R"({"created": -1, "session": {}})",
                                   R"({"created": 1e99, "session": {}})",
                                   R"({"created": 99999999999999999999, "session": {}})",
                                   R"({"created": 1, "session": []})",
                                   R"({"created": 1, "session": {})",
                                   R"({"created": 1, "max_age": "x", "session": {}})",
                                   R"({"created": null, "session": {}})"}) {
        Record record;
        SessionData data;
        EXPECT_FALSE(parse_payload(text, record) && data.load(record.data)) << text;
    }
}

}  // namespace
}  // namespace indrik::sessions::detail
