// Autobahn 2.* and 5.*, and 9.*: control frames and fragmentation.

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/websocket/wire.hpp"

namespace indrik::websocket {
namespace {

using tests::continuation;
using tests::fails_with;
using tests::outcome;
using tests::ping;
using tests::text_frame;
using tests::wire;

std::string pong_in_hexadecimal(const std::string& payload) {
    return hex_encode(wire({Opcode::Pong, payload, true, false}));
}

TEST(Protocol, AnswersPings) {
    EXPECT_EQ(outcome(ping()), "ping() -> 8a00");
    EXPECT_EQ(outcome(ping("Hello")), "ping(Hello) -> " + pong_in_hexadecimal("Hello"));
    const std::string binary = tests::bytes("00 ff fe fd fc fb 00 ff");
    EXPECT_EQ(outcome(ping(binary)), "ping(" + binary + ") -> " + pong_in_hexadecimal(binary));
    const std::string longest(125, '\xfe');
    EXPECT_EQ(outcome(ping(longest)),
              "ping(" + longest + ") -> " + pong_in_hexadecimal(longest).substr(0, 80));
    EXPECT_TRUE(fails_with(tests::outcome_of({wire({Opcode::Ping, std::string(126, 'x')})}), 1002));
}

TEST(Protocol, AnswersEveryOneOfManyPings) {
    EXPECT_EQ(outcome(ping("1") + ping("2") + ping("3")),
              "ping(1) ping(2) ping(3) -> 8a01318a01328a0133");
}

TEST(Protocol, IgnoresPongsThatNobodyAskedFor) {
    EXPECT_EQ(outcome(wire({Opcode::Pong, ""})), "pong() ");
    EXPECT_EQ(outcome(wire({Opcode::Pong, "unasked"}) + ping("p")),
              "pong(unasked) ping(p) -> 8a0170");
}

TEST(Protocol, LeavesPingsToTheCallerIfToldSo) {
    tests::Terms setup;
    setup.options.answers_pings = false;
    EXPECT_EQ(outcome(ping("p"), setup), "ping(p) ");
}

struct Fragments {
    const char* name;
    std::string input;
    std::string expected;  // "" for a failure with 1002
};

class Fragmentation : public testing::TestWithParam<Fragments> {};

TEST_P(Fragmentation, ComesOutTheSame) {
    const std::string result = outcome(GetParam().input);
    if (GetParam().expected.empty()) {
        EXPECT_TRUE(fails_with(result, 1002)) << result;
    } else {
        EXPECT_EQ(result, GetParam().expected);
    }
}

std::string fragment(const char* text) {
    return continuation(text, false);
}

INSTANTIATE_TEST_SUITE_P(
    Autobahn5,
    Fragmentation,
    testing::Values(
        Fragments{"fragmented_ping_1", wire({Opcode::Ping, "f", false}) + continuation("g"), ""},
        Fragments{"fragmented_pong_2", wire({Opcode::Pong, "f", false}) + continuation("g"), ""},
        Fragments{"two_fragments_3",
                  text_frame("fragment1", false) + continuation("fragment2"),
                  "text(fragment1fragment2) "},
        Fragments{"ping_between_6",
                  text_frame("fragment1", false) + ping("ping") + continuation("fragment2"),
                  "ping(ping) text(fragment1fragment2) -> 8a0470696e67"},
        Fragments{"continuation_of_nothing_9", continuation("x") + text_frame("Hello"), ""},
        Fragments{"continuation_of_nothing_10", fragment("x") + text_frame("Hello"), ""},
        Fragments{"continuation_after_end_11",
                  text_frame("a", false) + continuation("b") + continuation("c"),
                  ""},
        Fragments{"text_within_text_15",
                  text_frame("a", false) + continuation("b") + fragment("c") + text_frame("d"),
                  ""},
        Fragments{"continuation_first_16", fragment("a") + text_frame("b") + continuation("c"), ""},
        Fragments{"two_texts_18", text_frame("a", false) + text_frame("b"), ""},
        Fragments{"binary_within_text", text_frame("a", false) + wire({Opcode::Binary, "b"}), ""},
        Fragments{"five_fragments_and_pings_19",
                  text_frame("1", false) + fragment("2") + ping("p1") + fragment("3") +
                      fragment("4") + ping("p2") + continuation("5"),
                  "ping(p1) ping(p2) text(12345) -> 8a0270318a027032"},
        Fragments{"empty_fragments_6_1_2",
                  text_frame("", false) + fragment("") + continuation(""),
                  "text() "},
        Fragments{"empty_fragments_6_1_3",
                  text_frame("", false) + fragment("middle") + continuation(""),
                  "text(middle) "},
        Fragments{"pong_between",
                  text_frame("a", false) + wire({Opcode::Pong, "x"}) + continuation("b"),
                  "pong(x) text(ab) "},
        Fragments{"close_between",
                  text_frame("a", false) + wire({Opcode::Close, ""}),
                  "close(1005) -> 8800"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Protocol, SaysWhenAMessageIsUnderWay) {
    CodecPool pool;
    Protocol protocol(Role::Server, ProtocolOptions(), std::nullopt, &pool);
    Buffer output;
    std::string input = text_frame("a", false);
    const Step step = protocol.receive(input, output);
    EXPECT_EQ(step.event, Event::Data);
    EXPECT_FALSE(step.ends_message);
    EXPECT_TRUE(protocol.is_in_message());
}

// Autobahn 9.3 and 9.4: a message of 16 MiB in 65,536 fragments, which must take no more than linear time.
TEST(Protocol, TakesMessagesInManyFragments) {
    constexpr std::size_t kFragments = 65536;
    constexpr std::size_t kFragmentBytes = 256;
    CodecPool pool;
    ProtocolOptions options;
    options.max_message_bytes = kFragments * kFragmentBytes;
    Protocol protocol(Role::Server, options, std::nullopt, &pool);
    Buffer output;
    const std::string first = text_frame(std::string(kFragmentBytes, '*'), false);
    const std::string middle = continuation(std::string(kFragmentBytes, '*'), false);
    const std::string last = continuation(std::string(kFragmentBytes, '*'), true);
    std::size_t received = 0;
    std::size_t messages = 0;
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < kFragments; ++i) {
        std::string input = i == 0 ? first : i + 1 == kFragments ? last : middle;
        std::span<char> rest(input);
        for (;;) {
            const Step step = protocol.receive(rest, output);
            if (step.event == Event::None) break;
            rest = rest.subspan(step.consumed);
            received += step.data.size();
            messages += step.ends_message ? 1 : 0;
        }
    }
    EXPECT_EQ(received, kFragments * kFragmentBytes);
    EXPECT_EQ(messages, 1u);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace indrik::websocket
