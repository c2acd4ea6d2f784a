#include "indrik/pubsub/delivery.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace indrik::pubsub {
namespace {

std::string drain(Backlog& backlog) {
    std::string text;
    for (; !backlog.empty(); backlog.pop()) {
        const Delivery first = backlog.front();
        text +=
            first.is_gap() ? "gap(" + std::to_string(first.missed()) + ") " : first.text() + " ";
    }
    return text;
}

Message message(const char* text) {
    return Message::text("t", text);
}

TEST(Message, RefusesTopicsThatAreNone) {
    EXPECT_THROW(Message::text("", "x"), std::invalid_argument);
    EXPECT_THROW(Message::text(std::string(513, 't'), "x"), std::invalid_argument);
    EXPECT_NO_THROW(Message::text(std::string(512, 't'), "x"));
    EXPECT_THROW(Message::binary("t", std::string(Message::kMaxBytes + 1, 'x')), std::length_error);
}

TEST(Message, IsSharedByItsCopies) {
    const Message one = Message::binary("t", std::string("\0\1", 2));
    const Message copy = one;
    EXPECT_EQ(one.data().data(), copy.data().data());
    EXPECT_EQ(copy.data(), std::string_view("\0\1", 2));
    EXPECT_FALSE(copy.is_text());
}

TEST(Backlog, SaysWhereMessagesWereLeftOut) {
    Backlog backlog(2);
    EXPECT_TRUE(backlog.empty());
    EXPECT_TRUE(backlog.push(message("1")));
    EXPECT_TRUE(backlog.push(message("2")));
    EXPECT_FALSE(backlog.push(message("3")));
    EXPECT_FALSE(backlog.push(message("4")));
    backlog.pop();
    EXPECT_TRUE(backlog.push(message("5")));
    EXPECT_FALSE(backlog.push(message("6")));
    EXPECT_EQ(backlog.size(), 2u);
    EXPECT_EQ(backlog.dropped(), 3u);
    EXPECT_EQ(drain(backlog), "2 gap(2) 5 gap(1) ");
    EXPECT_TRUE(backlog.push(message("7")));
    EXPECT_EQ(drain(backlog), "7 ");
}

TEST(Backlog, GapsAreJoinedAndTakeNoRoom) {
    Backlog backlog(1);
    backlog.push_gap(2);
    backlog.push_gap(3);
    EXPECT_TRUE(backlog.push(message("1")));
    backlog.push_gap(1);
    backlog.push_gap(0);
    EXPECT_EQ(drain(backlog), "gap(5) 1 gap(0) ");
}

}  // namespace
}  // namespace indrik::pubsub
