#include "supervisor/worker/channel.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace indrik::supervisor {
namespace {

TEST(Channel, KeepsMessagesWholeAndInOrder) {
    const auto [ours, theirs] = make_channel();
    EXPECT_TRUE(send_message(ours.get(), {ChannelMessage::ServeSlot, 7}));
    EXPECT_TRUE(send_message(ours.get(), {ChannelMessage::LeaveSlot, 8}));
    bool is_over = true;
    const auto first = receive_message(theirs.get(), is_over);
    ASSERT_TRUE(first && !is_over);
    EXPECT_EQ(first->message.kind, ChannelMessage::ServeSlot);
    EXPECT_EQ(first->message.slot, 7u);
    EXPECT_TRUE(first->sockets.empty());
    const auto second = receive_message(theirs.get(), is_over);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->message.kind, ChannelMessage::LeaveSlot);
    EXPECT_FALSE(receive_message(theirs.get(), is_over));
    EXPECT_FALSE(is_over);
}

TEST(Channel, CarriesDescriptors) {
    const auto [ours, theirs] = make_channel();
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd reader(ends[0]);
    const UniqueFd writer(ends[1]);
    EXPECT_TRUE(send_message(ours.get(), {ChannelMessage::ServeSlot, 1}, ends));
    bool is_over = false;
    const auto received = receive_message(theirs.get(), is_over);
    ASSERT_TRUE(received);
    ASSERT_EQ(received->sockets.size(), 2u);
    EXPECT_NE(received->sockets[0].get(), ends[0]);
    EXPECT_TRUE(::fcntl(received->sockets[0].get(), F_GETFD) & FD_CLOEXEC);
    ASSERT_EQ(::write(received->sockets[1].get(), "x", 1), 1);
    char byte = 0;
    EXPECT_EQ(::read(reader.get(), &byte, 1), 1);
}

TEST(Channel, CarriesAsManyAsTheKernelAllows) {
    const auto [ours, theirs] = make_channel();
    const std::vector<int> many(kMostSocketsInMessage, ours.get());
    EXPECT_TRUE(send_message(ours.get(), {ChannelMessage::ServeSlot, 1}, many));
    bool is_over = false;
    EXPECT_EQ(receive_message(theirs.get(), is_over).value().sockets.size(), many.size());
}

TEST(Channel, SaysWhenTheOtherEndIsGone) {
    auto [ours, theirs] = make_channel();
    ours.reset();
    bool is_over = false;
    EXPECT_FALSE(receive_message(theirs.get(), is_over));
    EXPECT_TRUE(is_over);
    EXPECT_FALSE(send_message(theirs.get(), {ChannelMessage::LeaveSlot, 1}));
}

TEST(Channel, ASenderNeverWaits) {
    const auto [ours, theirs] = make_channel();
    int sent = 0;
    while (sent < 100'000 && send_message(ours.get(), {ChannelMessage::LeaveSlot, 1})) ++sent;
    EXPECT_GT(sent, 10);
    EXPECT_LT(sent, 100'000);
}

}  // namespace
}  // namespace indrik::supervisor
