#include "indrik/templates/detail/pen.hpp"

#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "indrik/templates/detail/builtin.hpp"
#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/printing.hpp"

namespace {

using namespace indrik::templates;
using detail::Pen;

std::string escaped_by_string(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&#34;";
                break;
            case '\'':
                result += "&#39;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

/// Without a byte behind it, so that reading too far is noticed by sanitizers.
std::string written(std::string_view text) {
    const std::vector<char> exact(text.begin(), text.end());
    std::string out = "before ";
    {
        Pen pen(out);
        pen.escaped({exact.data(), exact.size()});
        pen.text("|");
    }
    return out;
}

TEST(Pen, EscapesTextsOfEveryLength) {
    for (std::size_t size = 0; size < 70; ++size) {
        const std::string plain(size, 'x');
        EXPECT_EQ(written(plain), "before " + plain + "|");
        for (std::size_t at = 0; at < size; ++at) {
            for (const char special : {'&', '<', '>', '"', '\''}) {
                std::string text = plain;
                text[at] = special;
                text[(at * 7 + 3) % size] = special;
                ASSERT_EQ(written(text), "before " + escaped_by_string(text) + "|");
            }
        }
        const std::string specials(size, '&');
        EXPECT_EQ(written(specials), "before " + escaped_by_string(specials) + "|");
    }
}

TEST(Pen, EscapesNoOtherByte) {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    EXPECT_EQ(written(all), "before " + escaped_by_string(all) + "|");
    for (const char c : all)
        EXPECT_EQ(written(std::string(1, c)),
                  "before " + escaped_by_string(std::string_view(&c, 1)) + "|");
}

TEST(Pen, WritesNumbersAsTheyArePrinted) {
    const auto number = [](std::int64_t value) {
        std::string out;
        Pen pen(out);
        pen.number(value);
        pen.close();
        return out;
    };
    for (std::int64_t value = -1100; value <= 11'000; ++value)
        ASSERT_EQ(number(value), std::to_string(value));
    for (const std::int64_t value :
         {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
        EXPECT_EQ(number(value), std::to_string(value));
}

TEST(Pen, MakesRoomWhereverItEnds) {
    constexpr char kLong[] =
        "a text that is longer than what may be written without a question: 0123456789 0123456789 "
        "0123456789 0123456789";
    for (std::size_t before = 0; before < 300; ++before) {
        std::string out(before, '-');
        std::string expected = out;
        Pen pen(out);
        for (int i = 0; i < 5; ++i) {
            pen.text("<td>");
            pen.number(i * 500);
            pen.text(kLong);
            pen.escaped("&&&&&&&&&&&&&&&&&&&&");
            pen.text(std::string_view("a view"));
            expected += "<td>" + std::to_string(i * 500) + kLong;
            for (int j = 0; j < 20; ++j) expected += "&amp;";
            expected += "a view";
            ASSERT_EQ(pen.size(), expected.size());
        }
        pen.close();
        pen.close();
        ASSERT_EQ(out, expected);
        ASSERT_EQ(out.c_str()[out.size()], '\0');
    }
}

TEST(Pen, SharesTheTextWithOthersWhileItIsClosed) {
    std::string out = "a";
    Pen pen(out);
    pen.text("b");
    pen.close();
    out += std::string(1000, 'c');
    pen.open();
    pen.text("d");
    pen.close();
    EXPECT_EQ(out, "ab" + std::string(1000, 'c') + "d");
}

TEST(Pen, KeepsWhatWasWrittenBeforeAnError) {
    std::string out;
    try {
        Pen pen(out);
        pen.text("kept");
        throw std::runtime_error("an error");
    } catch (const std::runtime_error&) {
    }
    EXPECT_EQ(out, "kept");
    try {
        Pen pen(out);
        pen.text(", too");
        pen.close();
        out += std::string(500, '!');
        throw std::runtime_error("an error while it is closed");
    } catch (const std::runtime_error&) {
    }
    EXPECT_EQ(out, "kept, too" + std::string(500, '!'));
}

TEST(Pen, WritesFiltersThatPrint) {
    if (!detail::find_filter("upper")->print) GTEST_SKIP() << "this processor has no chunks";
    const auto filtered = [](std::string_view filter, const Value& value, bool escapes) {
        std::string out = "before ";
        Pen pen(out);
        const bool is_done = pen.filtered(detail::find_filter(filter)->print, value, escapes);
        if (is_done) pen.close();
        return (is_done ? "" : "nothing: ") + out;
    };
    for (std::size_t size = 0; size < 70; ++size) {
        std::string text;
        std::string upper;
        for (std::size_t i = 0; i < size; ++i) {
            text += static_cast<char>("aZz@[`{<y\x7f"[(i + size) % 10]);
            upper += static_cast<char>("AZZ@[`{<Y\x7f"[(i + size) % 10]);
        }
        EXPECT_EQ(filtered("upper", Value(text), true), "before " + escaped_by_string(upper));
        EXPECT_EQ(filtered("upper", Value(text), false), "before " + upper);
        EXPECT_EQ(filtered("upper", Value::markup(text), true), "before " + upper);
        EXPECT_EQ(filtered("e", Value(text), false), "before " + escaped_by_string(text));
        EXPECT_EQ(filtered("safe", Value(text), true), "before " + text);
    }
    EXPECT_EQ(filtered("lower", Value("ABC<"), true), "before abc&lt;");
    EXPECT_EQ(filtered("upper", Value("0123456789abcdef\xC3\xA4"), true), "nothing: before ");
    EXPECT_EQ(filtered("upper", Value(std::string(257, 'a')), true), "nothing: before ");
    EXPECT_EQ(filtered("upper", Value(5), true), "nothing: before ");
}

}  // namespace
