#include "indrik/core/safe_text.hpp"

#include <array>
#include <climits>
#include <string_view>
#include <tuple>

#include <gtest/gtest.h>

namespace indrik {
namespace {

TEST(SafeText, PutsTextAndNumbers) {
    std::array<char, 100> buffer;
    SafeText text(buffer);
    text << "a" << 'b' << std::string_view("c") << ' ' << -12 << ' ' << 0u << ' ' << ULLONG_MAX;
    text << ' ' << SafeText::Hex{0xbeef};
    EXPECT_EQ(text.view(), "abc -12 0 18446744073709551615 0xbeef");
    text.clear();
    EXPECT_EQ(text.view(), "");
}

TEST(SafeText, PadsWithZeros) {
    std::array<char, 100> buffer;
    for (const auto& [number, digits, expected] : {std::tuple(7u, 2u, "07"),
                                                   {7u, 3u, "007"},
                                                   {0u, 2u, "00"},
                                                   {10u, 2u, "10"},
                                                   {123u, 2u, "123"},
                                                   {5u, 1u, "5"},
                                                   {42u, 4u, "0042"}}) {
        SafeText text(buffer);
        text.padded(number, digits);
        EXPECT_EQ(text.view(), expected);
    }
}

TEST(SafeText, LeavesOutWhatDoesNotFit) {
    std::array<char, 4> buffer;
    SafeText text(buffer);
    text << "abc" << 12345 << "x";
    EXPECT_EQ(text.view(), "abc1");
    EXPECT_EQ(text.left(), 0u);
}

TEST(SafeText, ControlBytesAreMadeHarmless) {
    std::array<char, 40> buffer;
    SafeText text(buffer);
    text.put_printable("a\nb\x1b[0m\x7f\xc3\xa9");
    EXPECT_EQ(text.view(), "a?b?[0m?\xc3\xa9");
}

}  // namespace
}  // namespace indrik
