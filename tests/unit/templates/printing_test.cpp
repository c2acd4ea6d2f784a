#include "indrik/templates/printing.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace {

using namespace indrik::templates;

TEST(Printing, FloatsLookAsInPython) {
    const std::pair<double, std::string> cases[] = {
        {0.1, "0.1"},
        {1.0, "1.0"},
        {1e16, "1e+16"},
        {1e15, "1000000000000000.0"},
        {1e-5, "1e-05"},
        {0.0001, "0.0001"},
        {-0.0, "-0.0"},
        {INFINITY, "inf"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"}};
    for (const auto& [number, text] : cases) EXPECT_EQ(to_str(Value(number)), text);
}

TEST(Printing, EscapesWhatHTMLNeeds) {
    EXPECT_EQ(escape(Value("<a href=\"x\">'&")).string(), "&lt;a href=&#34;x&#34;&gt;&#39;&amp;");
    EXPECT_EQ(escape(Value::markup("<b>")).string(), "<b>");
}

TEST(Printing, RepresentsStrings) {
    EXPECT_EQ(to_repr(Value("it's")), "\"it's\"");
    EXPECT_EQ(to_repr(Value("a\n\x01\xff")), "'a\\n\\x01\xff'");
}

}  // namespace
