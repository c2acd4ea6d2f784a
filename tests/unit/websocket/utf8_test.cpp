#include "indrik/websocket/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/splits.hpp"

namespace indrik::websocket {
namespace {

using indrik::tests::Pieces;

/// Judged by code points, slowly.
bool is_utf8_by_definition(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
        const unsigned lead = byte(i);
        const std::size_t size = lead < 0x80                   ? 1
                                 : lead >= 0xc0 && lead < 0xe0 ? 2
                                 : lead >= 0xe0 && lead < 0xf0 ? 3
                                 : lead >= 0xf0 && lead < 0xf8 ? 4
                                                               : 0;
        if (size == 0 || i + size > text.size()) return false;
        unsigned point = size == 1 ? lead : lead & (0x7fu >> size);
        for (std::size_t k = 1; k < size; ++k) {
            if ((byte(i + k) & 0xc0) != 0x80) return false;
            point = point << 6 | (byte(i + k) & 0x3f);
        }
        constexpr unsigned kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
        if (point < kLeast[size] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
            return false;
        i += size;
    }
    return true;
}

bool is_utf8_in_pieces(const Pieces& pieces) {
    UTF8Validator validator;
    for (const std::string_view piece : pieces) {
        if (!validator.feed(piece)) return false;
    }
    return validator.is_complete();
}

TEST(UTF8Validator, AgreesWithTheDefinitionOnAllTwoByteTexts) {
    for (unsigned first = 0; first < 256; ++first) {
        for (unsigned second = 0; second < 256; ++second) {
            const std::string text{static_cast<char>(first), static_cast<char>(second)};
            ASSERT_EQ(is_utf8(text), is_utf8_by_definition(text)) << first << ' ' << second;
        }
    }
}

TEST(UTF8Validator, AgreesWithTheDefinitionOnThreeAndFourByteTexts) {
    constexpr unsigned char kEdges[] = {
        0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xff};
    for (unsigned lead = 0xe0; lead < 256; ++lead) {
        for (unsigned second = 0; second < 256; ++second) {
            for (const unsigned char third : kEdges) {
                std::string text{static_cast<char>(lead), static_cast<char>(second)};
                text += static_cast<char>(third);
                ASSERT_EQ(is_utf8(text), is_utf8_by_definition(text));
                text += '\x80';
                ASSERT_EQ(is_utf8(text), is_utf8_by_definition(text));
            }
        }
    }
}

TEST(UTF8Validator, FindsABadByteAtAnyPlaceOfALongText) {
    for (std::size_t at = 0; at < 200; ++at) {
        std::string text(200, 'x');
        EXPECT_TRUE(is_utf8(text));
        text[at] = '\xff';
        EXPECT_FALSE(is_utf8(text)) << at;
        text[at] = '\xc3';
        EXPECT_FALSE(is_utf8(text)) << at;
        if (at + 1 < text.size()) {
            text[at + 1] = '\xa9';
            EXPECT_TRUE(is_utf8(text)) << at;
        }
    }
}

TEST(UTF8Validator, DoesNotCareHowTheTextIsCut) {
    const std::string text =
        "\u03ba\u1f79\u03c3\u03bc\u03b5 \U0001f600 plain ASCII that is long enough for blocks "
        "\u20ac";
    EXPECT_TRUE(indrik::tests::expect_same_in_any_fragmentation(text, is_utf8_in_pieces));
    EXPECT_FALSE(indrik::tests::expect_same_in_any_fragmentation(text.substr(0, text.size() - 1),
                                                                 is_utf8_in_pieces));
    EXPECT_FALSE(
        indrik::tests::expect_same_in_any_fragmentation(text + "\xed\xa0\x80", is_utf8_in_pieces));
}

TEST(UTF8Validator, RefusesTheFirstByteThatCannotBeRight) {
    struct Case {
        const char* good;
        char bad;
    };
    constexpr Case kCases[] = {{"", '\x80'},
                               {"", '\xc0'},
                               {"", '\xc1'},
                               {"", '\xf5'},
                               {"\xe0", '\x9f'},
                               {"\xed", '\xa0'},
                               {"\xf0", '\x8f'},
                               {"\xf4", '\x90'},
                               {"\xe2\x82", 'a'},
                               {"\xf0\x9f", '\xc0'}};
    for (const Case& c : kCases) {
        UTF8Validator validator;
        EXPECT_TRUE(validator.feed(c.good));
        EXPECT_FALSE(validator.feed(std::string_view(&c.bad, 1))) << c.good;
    }
}

TEST(UTF8Validator, IsReadyForAnotherTextAfterReset) {
    UTF8Validator validator;
    EXPECT_TRUE(validator.feed("\xe2\x82"));
    EXPECT_FALSE(validator.is_complete());
    validator.reset();
    EXPECT_TRUE(validator.feed("a"));
    EXPECT_TRUE(validator.is_complete());
}

}  // namespace
}  // namespace indrik::websocket
