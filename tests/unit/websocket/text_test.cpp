// Autobahn 6.*: text is UTF-8, and what is not is found with its first byte.

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/websocket/wire.hpp"

namespace indrik::websocket {
namespace {

using tests::continuation;
using tests::fails_with;
using tests::outcome;
using tests::text_frame;

TEST(Protocol, TakesTextCutWithinACharacter) {
    const std::string text = "Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!";
    EXPECT_EQ(outcome(text_frame(text)), "text(" + text + ") ");
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const std::string input =
            text_frame(text.substr(0, at), false) + continuation(text.substr(at));
        EXPECT_EQ(tests::outcome_of({input}), "text(" + text + ") ");
    }
    std::string single = text_frame("", false);
    for (const char character : text) single += continuation(std::string(1, character), false);
    EXPECT_EQ(outcome(single + continuation("")), "text(" + text + ") ");
}

// 6.4.1 to 6.4.4: the good beginning and the end differ, the failure must not wait for the end.
TEST(Protocol, RefusesBadTextBeforeItsEnd) {
    const std::string good = "\u03ba\u1f79\u03c3\u03bc\u03b5";
    for (const std::string bad : {"\xf4\x90", "\xed\xa0", "\xc0", "\xff", "\x80"}) {
        EXPECT_TRUE(fails_with(tests::outcome_of({text_frame(good + bad, false)}), 1007));
        EXPECT_TRUE(fails_with(
            tests::outcome_of({text_frame(good, false) + continuation(bad, false)}), 1007));
        // Within a frame: the rest of it has not come.
        const std::string frame = text_frame(good + bad + "edited");
        const std::string begun = frame.substr(0, frame.size() - 6);
        EXPECT_TRUE(fails_with(tests::outcome_of(indrik::tests::single_bytes(begun)), 1007));
    }
}

TEST(Protocol, RefusesTextThatEndsWithinACharacter) {
    EXPECT_TRUE(fails_with(outcome(text_frame("\xe2\x82")), 1007));
    EXPECT_TRUE(fails_with(outcome(text_frame("\xe2\x82", false) + continuation("")), 1007));
    EXPECT_EQ(outcome(text_frame("\xe2\x82", false) + continuation("\xac")), "text(\u20ac) ");
}

struct Sequence {
    const char* name;
    const char* hexadecimal;
    bool is_valid;
};

class Sequences : public testing::TestWithParam<Sequence> {};

TEST_P(Sequences, AreJudgedByTheStandard) {
    const std::string text = tests::bytes(GetParam().hexadecimal);
    const std::string result = outcome(text_frame(text));
    if (GetParam().is_valid) {
        EXPECT_EQ(result, "text(" + text + ") ");
    } else {
        EXPECT_TRUE(fails_with(result, 1007)) << result;
    }
}

INSTANTIATE_TEST_SUITE_P(Autobahn6,
                         Sequences,
                         testing::Values(Sequence{"first_of_2_bytes", "c280", true},
                                         Sequence{"first_of_3_bytes", "e0a080", true},
                                         Sequence{"first_of_4_bytes", "f0908080", true},
                                         Sequence{"first_of_5_bytes", "f888808080", false},
                                         Sequence{"first_of_6_bytes", "fc8480808080", false},
                                         Sequence{"last_of_1_byte", "7f", true},
                                         Sequence{"last_of_2_bytes", "dfbf", true},
                                         Sequence{"last_of_3_bytes", "efbfbf", true},
                                         Sequence{"last_of_4_bytes", "f48fbfbf", true},
                                         Sequence{"above_unicode", "f4908080", false},
                                         Sequence{"last_of_4_bytes_in_theory", "f7bfbfbf", false},
                                         Sequence{"before_surrogates", "ed9fbf", true},
                                         Sequence{"after_surrogates", "ee8080", true},
                                         Sequence{"replacement", "efbfbd", true},
                                         Sequence{"lone_continuation", "80", false},
                                         Sequence{"lone_last_continuation", "bf", false},
                                         Sequence{"lone_lead_of_2", "c320", false},
                                         Sequence{"lone_lead_of_3", "e020", false},
                                         Sequence{"lone_lead_of_4", "f020", false},
                                         Sequence{"missing_last_of_3", "e080", false},
                                         Sequence{"missing_last_of_4", "f09f98", false},
                                         Sequence{"fe", "fe", false},
                                         Sequence{"ff", "ff", false},
                                         Sequence{"overlong_slash_2", "c0af", false},
                                         Sequence{"overlong_slash_3", "e080af", false},
                                         Sequence{"overlong_slash_4", "f08080af", false},
                                         Sequence{"overlong_maximum_2", "c1bf", false},
                                         Sequence{"overlong_maximum_3", "e09fbf", false},
                                         Sequence{"overlong_maximum_4", "f08fbfbf", false},
                                         Sequence{"overlong_nul", "c080", false},
                                         Sequence{"surrogate_low_end", "eda080", false},
                                         Sequence{"surrogate_high_end", "edbfbf", false},
                                         Sequence{"surrogate_pair", "eda080edb080", false},
                                         Sequence{"noncharacter_fffe", "efbfbe", true},
                                         Sequence{"noncharacter_1ffff", "f09fbfbf", true},
                                         Sequence{"noncharacter_10fffe", "f48fbfbe", true}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Protocol, DoesNotJudgeBinaryMessages) {
    EXPECT_EQ(outcome(tests::wire({Opcode::Binary, "\xff\xfe"})), "binary(\xff\xfe) ");
}

TEST(Protocol, EachTextBeginsAnew) {
    EXPECT_EQ(outcome(text_frame("\u20ac") + text_frame("b")), "text(\u20ac) text(b) ");
}

}  // namespace
}  // namespace indrik::websocket
