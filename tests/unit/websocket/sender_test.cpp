#include "indrik/websocket/sender.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/websocket/wire.hpp"

namespace indrik::websocket {
namespace {

using tests::wire;

TEST(Sender, WritesPlainFramesForServers) {
    Sender sender(Role::Server, std::nullopt, DeflateOptions(), nullptr);
    for (const std::size_t size : {0, 1, 125, 126, 65535, 65536}) {
        Buffer out;
        const std::string payload(size, 'p');
        sender.message(out, MessageType::Binary, payload);
        EXPECT_EQ(out.view(), wire({Opcode::Binary, payload, true, false}));
        out.clear();
        EXPECT_TRUE(sender.sends_verbatim(size, Compress::Automatic));
        sender.message_header(out, MessageType::Binary, size);
        EXPECT_EQ(std::string(out.view()) + payload, wire({Opcode::Binary, payload, true, false}));
    }
}

TEST(Sender, MasksTheFramesOfClients) {
    Sender sender(Role::Client, std::nullopt, DeflateOptions(), nullptr);
    Buffer out;
    sender.message(out, MessageType::Text, std::string(1000, 'm'));
    sender.ping(out, "p");
    sender.close(out, 1000, "done");
    EXPECT_EQ(tests::outcome_of({out.view()}),
              "text(1000) ping(p) close(1000 done) -> 8a0170880203e8");
    EXPECT_EQ(out.view().find("mmmm"), std::string_view::npos);
    EXPECT_FALSE(sender.sends_verbatim(10, Compress::Automatic));
}

TEST(Sender, WritesMessagesInPieces) {
    Sender sender(Role::Client, std::nullopt, DeflateOptions(), nullptr);
    Buffer out;
    sender.begin_message(MessageType::Binary);
    EXPECT_TRUE(sender.is_in_message());
    sender.piece(out, "one ", false);
    sender.pong(out, "x");
    sender.piece(out, "two", true);
    EXPECT_FALSE(sender.is_in_message());
    sender.begin_message(MessageType::Text);
    sender.piece(out, "", true);
    EXPECT_EQ(tests::outcome_of({out.view()}), "pong(x) binary(one two) text() ");
}

TEST(Sender, LeavesOutCodesThatNoFrameMayCarry) {
    Sender sender(Role::Server, std::nullopt, DeflateOptions(), nullptr);
    for (const int code : {1005, 1006, 1015, 0, 999}) {
        Buffer out;
        sender.close(out, static_cast<std::uint16_t>(code), "reason");
        EXPECT_EQ(hex_encode(out.view()), "8800") << code;
    }
}

}  // namespace
}  // namespace indrik::websocket
