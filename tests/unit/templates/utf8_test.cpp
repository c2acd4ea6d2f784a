#include "indrik/templates/detail/utf8.hpp"

#include <gtest/gtest.h>

#include "indrik/templates/detail/text.hpp"

namespace {

using namespace indrik::templates::detail;

TEST(UTF8, RoundTripsCharacters) {
    for (const char32_t c : {U'a', U'\u00fc', U'\u65e5', U'\U0001F600'}) {
        std::string text;
        append_point(text, c);
        std::size_t position = 0;
        EXPECT_EQ(next_point(text, position), c);
        EXPECT_EQ(position, text.size());
        EXPECT_EQ(previous_point(text, position), c);
        EXPECT_EQ(position, 0u);
    }
}

TEST(UTF8, RefusesBrokenText) {
    for (const std::string_view text : {"\x80",
                                        "\xC0\x80",
                                        "\xE0\x80\x80",
                                        "\xED\xA0\x80",
                                        "\xF5\x80\x80\x80",
                                        "\xC3",
                                        "\xF0\x9F\x98"}) {
        EXPECT_FALSE(is_utf8(text));
    }
    EXPECT_TRUE(is_utf8("\xEF\xBF\xBD"));
}

TEST(Text, KnowsTheCasesOfUnicode) {
    EXPECT_EQ(upper("straße"), "STRASSE");
    EXPECT_EQ(lower("ΑΣ ΑΣΑ"), "ας ασα");
    EXPECT_EQ(title("they're ǆ"), "They'Re ǅ");
    EXPECT_EQ(capitalize("éCOLE"), "École");
}

}  // namespace
