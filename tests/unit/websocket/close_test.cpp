// Autobahn 7.*: the closing handshake.

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/websocket/wire.hpp"

namespace indrik::websocket {
namespace {

using tests::close_frame;
using tests::close_payload;
using tests::fails_with;
using tests::outcome;
using tests::ping;
using tests::text_frame;
using tests::wire;

TEST(Protocol, AnswersACloseFrame) {
    EXPECT_EQ(outcome(wire({Opcode::Close, ""})), "close(1005) -> 8800");
    EXPECT_EQ(outcome(close_frame(1000)), "close(1000) -> 880203e8");
    EXPECT_EQ(outcome(close_frame(1001, "Hello World!")), "close(1001 Hello World!) -> 880203e9");
    const std::string longest(123, '*');
    EXPECT_EQ(outcome(close_frame(1000, longest)), "close(1000 " + longest + ") -> 880203e8");
    EXPECT_TRUE(fails_with(tests::outcome_of({close_frame(1000, longest + "*")}), 1002));
}

TEST(Protocol, IgnoresWhatFollowsAClose) {
    EXPECT_EQ(outcome(text_frame("a") + close_frame(1000) + close_frame(1000) + ping("p") +
                      text_frame("b") + "garbage"),
              "text(a) close(1000) -> 880203e8");
}

TEST(Protocol, RefusesACloseFrameOfOneByte) {
    EXPECT_TRUE(fails_with(outcome(wire({Opcode::Close, "a"})), 1002));
}

TEST(Protocol, RefusesACloseReasonThatIsNotUTF8) {
    const std::string bad =
        "\u03ba\u1f79\u03c3\u03bc\u03b5\xed\xa0\x80"
        "edited";
    EXPECT_TRUE(fails_with(outcome(close_frame(1000, bad)), 1007));
    EXPECT_TRUE(fails_with(outcome(close_frame(1000, "\xe2\x82")), 1007));
}

TEST(Protocol, TakesTheCodesThatAreMeantForTheWire) {
    for (const unsigned code :
         {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
        const std::string number = std::to_string(code);
        EXPECT_EQ(outcome(close_frame(code)),
                  "close(" + number + ") -> 8802" + hex_encode(close_payload(code)));
    }
}

TEST(Protocol, RefusesTheOtherCodes) {
    for (const unsigned code : {0,
                                1,
                                999,
                                1004,
                                1005,
                                1006,
                                1012,
                                1013,
                                1014,
                                1015,
                                1016,
                                1100,
                                2000,
                                2999,
                                5000,
                                65535}) {
        EXPECT_TRUE(fails_with(outcome(close_frame(code)), 1002)) << code;
        EXPECT_TRUE(fails_with(outcome(close_frame(code, "reason")), 1002)) << code;
    }
}

TEST(Protocol, FinishesWhenBothCloseFramesAreThrough) {
    Protocol protocol(Role::Server, ProtocolOptions(), std::nullopt, nullptr);
    Buffer output;
    EXPECT_EQ(protocol.close_code(), 0);
    protocol.close(output, 4000, "enough");
    EXPECT_EQ(output.view(), wire({Opcode::Close, close_payload(4000, "enough"), true, false}));
    EXPECT_FALSE(protocol.can_send());
    EXPECT_FALSE(protocol.is_finished());
    output.clear();
    protocol.close(output, 4001);
    protocol.ping(output);
    EXPECT_TRUE(output.empty());
    // What was under way is still received.
    std::string input = text_frame("late");
    EXPECT_EQ(protocol.receive(input, output).event, Event::Data);
    input = ping("p") + close_frame(4000);
    const Step step = protocol.receive(input, output);
    EXPECT_EQ(step.event, Event::Ping);
    EXPECT_EQ(protocol.receive(std::span<char>(input).subspan(step.consumed), output).event,
              Event::Close);
    EXPECT_TRUE(output.empty());
    EXPECT_TRUE(protocol.is_finished());
    EXPECT_EQ(protocol.close_code(), 4000);
}

TEST(Protocol, AnEndWithoutCloseIsAbnormal) {
    Protocol protocol(Role::Server, ProtocolOptions(), std::nullopt, nullptr);
    protocol.end_of_input();
    EXPECT_TRUE(protocol.is_finished());
    EXPECT_EQ(protocol.close_code(), 1006);
}

TEST(Protocol, KeepsThePeersCodeAndReason) {
    Protocol protocol(Role::Client, ProtocolOptions(), std::nullopt, nullptr);
    Buffer output;
    std::string input = wire({Opcode::Close, close_payload(3001, "because"), true, false});
    protocol.receive(input, output);
    protocol.end_of_input();
    EXPECT_EQ(protocol.close_code(), 3001);
    EXPECT_EQ(protocol.close_reason(), "because");
    EXPECT_EQ(output.size(), 8u) << "a client masks its answer";
}

TEST(Sender, CutsReasonsAtTheEndOfACharacter) {
    Sender sender(Role::Server, std::nullopt, DeflateOptions(), nullptr);
    Buffer output;
    std::string reason(122, 'x');
    sender.close(output, 1000, reason + "\u20ac");
    EXPECT_EQ(output.view(), wire({Opcode::Close, close_payload(1000, reason), true, false}));
}

}  // namespace
}  // namespace indrik::websocket
