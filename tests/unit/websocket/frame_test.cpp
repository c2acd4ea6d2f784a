#include "indrik/websocket/frame.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/websocket/wire.hpp"

namespace indrik::websocket {
namespace {

using tests::bytes;
using tests::fails_with;
using tests::Frame;
using tests::outcome;
using tests::Terms;
using tests::wire;

TEST(ParseFrameHeader, ReadsWhatAppendFrameHeaderWrites) {
    for (const std::uint64_t length :
         {0ull, 1ull, 125ull, 126ull, 65535ull, 65536ull, (1ull << 32) + 7, (1ull << 63) - 1}) {
        for (const bool is_masked : {false, true}) {
            FrameHeader written;
            written.opcode = Opcode::Binary;
            written.is_final = length % 2 == 0;
            written.is_compressed = is_masked;
            written.is_masked = is_masked;
            written.mask_key = {'a', 'b', 'c', 'd'};
            written.length_bytes = length;
            Buffer out;
            append_frame_header(out, written);
            const FrameRules rules(is_masked ? Role::Server : Role::Client, true);
            FrameHeader read;
            for (std::size_t size = 0; size < out.size(); ++size) {
                ASSERT_EQ(*parse_frame_header(out.view().substr(0, size), rules, read), 0u);
            }
            ASSERT_EQ(*parse_frame_header(out.view(), rules, read), out.size());
            EXPECT_EQ(read.length_bytes, length);
            EXPECT_EQ(read.is_final, written.is_final);
            EXPECT_EQ(read.is_compressed, written.is_compressed);
            EXPECT_EQ(read.opcode, Opcode::Binary);
            if (is_masked) {
                EXPECT_EQ(read.mask_key, written.mask_key);
            }
        }
    }
}

struct BadHeader {
    const char* name;
    const char* hexadecimal;  // up to the byte that shows it
    Error error;
};

class BadHeaders : public testing::TestWithParam<BadHeader> {};

TEST_P(BadHeaders, AreRefusedWithTheByteThatShowsIt) {
    const std::string all = bytes(GetParam().hexadecimal);
    FrameHeader header;
    const FrameRules rules(Role::Server);
    for (std::size_t size = 0; size < all.size(); ++size) {
        const auto parsed = parse_frame_header(all.substr(0, size), rules, header);
        ASSERT_TRUE(parsed) << "already with byte " << size;
        EXPECT_EQ(*parsed, 0u);
    }
    const auto parsed = parse_frame_header(all, rules, header);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error(), make_error_code(GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(
    Frame,
    BadHeaders,
    testing::Values(BadHeader{"rsv1", "c1", Error::ReservedBits},
                    BadHeader{"rsv2", "a1", Error::ReservedBits},
                    BadHeader{"rsv3", "91", Error::ReservedBits},
                    BadHeader{"opcode3", "83", Error::ReservedOpcode},
                    BadHeader{"opcode7", "87", Error::ReservedOpcode},
                    BadHeader{"opcode11", "8b", Error::ReservedOpcode},
                    BadHeader{"opcode15", "8f", Error::ReservedOpcode},
                    BadHeader{"fragmented_ping", "09", Error::FragmentedControl},
                    BadHeader{"fragmented_pong", "0a", Error::FragmentedControl},
                    BadHeader{"fragmented_close", "08", Error::FragmentedControl},
                    BadHeader{"long_ping", "89fe", Error::ControlTooLong},
                    BadHeader{"very_long_close", "88ff", Error::ControlTooLong},
                    BadHeader{"unmasked", "8105", Error::UnmaskedFrame},
                    BadHeader{"length_125_in_two_bytes", "81fe007d", Error::BadLength},
                    BadHeader{
                        "length_65535_in_eight_bytes", "81ff000000000000ffff", Error::BadLength},
                    BadHeader{"top_bit", "81ff80", Error::BadLength}),
    [](const auto& tested) { return std::string(tested.param.name); });

// Autobahn 3.*: reserved bits, alone and behind a good message.
TEST(Protocol, RefusesReservedBits) {
    for (unsigned reserved = 1; reserved < 8; ++reserved) {
        for (const Opcode opcode : {Opcode::Text, Opcode::Binary, Opcode::Ping, Opcode::Close}) {
            const Frame bad{opcode, "x", true, true, reserved};
            EXPECT_TRUE(fails_with(outcome(wire(bad)), 1002)) << reserved;
            const std::string result =
                outcome(tests::text_frame("Hello") + wire(bad) + tests::ping());
            EXPECT_EQ(result.substr(0, 12), "text(Hello) ");
            EXPECT_TRUE(fails_with(result, 1002));
            EXPECT_EQ(result.find("ping"), std::string::npos);
        }
    }
}

// Autobahn 4.*: reserved opcodes.
TEST(Protocol, RefusesReservedOpcodes) {
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        const std::string bad = wire({static_cast<Opcode>(opcode), ""});
        EXPECT_TRUE(fails_with(outcome(bad), 1002)) << opcode;
        EXPECT_TRUE(fails_with(outcome(tests::text_frame("a") + bad), 1002)) << opcode;
    }
}

// Autobahn 1.*: every way to write a length.
TEST(Protocol, TakesMessagesOfAllLengths) {
    for (const std::size_t size : {0, 125, 126, 127, 128, 65535, 65536}) {
        const std::string payload(size, '*');
        for (const Opcode opcode : {Opcode::Text, Opcode::Binary}) {
            const std::string name = opcode == Opcode::Text ? "text(" : "binary(";
            const std::string shown = size > 100 ? std::to_string(size) : payload;
            const std::string input = wire({opcode, payload});
            EXPECT_EQ(tests::outcome_of({input}), name + shown + ") ");
            tests::Pieces chops;
            for (std::size_t at = 0; at < input.size(); at += 997) {
                chops.push_back(std::string_view(input).substr(at, 997));
            }
            EXPECT_EQ(tests::outcome_of(chops), name + shown + ") ");
        }
    }
}

TEST(Protocol, RefusesLengthsThatAreNotTheShortest) {
    EXPECT_TRUE(fails_with(outcome(wire({Opcode::Text, "short"}, 2)), 1002));
    EXPECT_TRUE(fails_with(outcome(wire({Opcode::Text, "short"}, 8)), 1002));
    EXPECT_TRUE(
        fails_with(tests::outcome_of({wire({Opcode::Binary, std::string(300, 'x')}, 8)}), 1002));
}

TEST(Protocol, RefusesUnmaskedFramesOfClientsAndMaskedOnesOfServers) {
    const Frame unmasked{Opcode::Text, "a", true, false};
    EXPECT_TRUE(fails_with(outcome(wire(unmasked)), 1002));
    EXPECT_TRUE(fails_with(outcome(wire({Opcode::Close, "", true, false})), 1002));
    Terms client;
    client.role = Role::Client;
    EXPECT_EQ(outcome(wire(unmasked), client), "text(a) ");
    const std::string refused = tests::outcome_of({wire({Opcode::Text, "a"})}, client);
    EXPECT_EQ(refused.substr(0, 12), "failed(1002 ");
}

TEST(Protocol, AnnouncedLengthsBeyondTheLimitAreRefusedAtOnce) {
    Terms setup;
    setup.options.max_message_bytes = 1000;
    EXPECT_TRUE(
        fails_with(tests::outcome_of({bytes("82ff7fffffffffffffff 00000000")}, setup), 1009));
    EXPECT_TRUE(fails_with(tests::outcome_of({bytes("82fe03e9 00000000")}, setup), 1009));
    EXPECT_EQ(tests::outcome_of({bytes("82fe03e8 00000000")}, setup), "");
    EXPECT_EQ(tests::outcome_of({wire({Opcode::Binary, std::string(1000, 'x')})}, setup),
              "binary(1000) ");
}

TEST(Protocol, TheLimitCountsAllFragments) {
    Terms setup;
    setup.options.max_message_bytes = 10;
    const std::string good = tests::text_frame("01234", false) + tests::continuation("56789");
    EXPECT_EQ(outcome(good + good, setup), "text(0123456789) text(0123456789) ");
    EXPECT_TRUE(fails_with(
        outcome(tests::text_frame("01234", false) + tests::continuation("56789+"), setup), 1009));
}

}  // namespace
}  // namespace indrik::websocket
