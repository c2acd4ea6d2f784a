#include "indrik/websocket/extensions.hpp"

#include <string>

#include <gtest/gtest.h>

namespace indrik::websocket {
namespace {

std::string read(std::string_view field) {
    const auto extensions = parse_extensions(field);
    if (!extensions) return "malformed";
    std::string text;
    for (const Extension& extension : *extensions) {
        text += "[" + extension.name;
        for (const auto& [name, value] : extension.parameters) {
            text += " " + name + (value ? "=" + *value : "");
        }
        text += "]";
    }
    return text;
}

TEST(ParseExtensions, ReadsLists) {
    EXPECT_EQ(read(""), "");
    EXPECT_EQ(read("a"), "[a]");
    EXPECT_EQ(read("a, b;c;d=e ,f; g = \"h\""), "[a][b c d=e][f g=h]");
    EXPECT_EQ(read("a;b=\"1\\0\""), "[a b=10]");
    EXPECT_EQ(read(", a ,, b,"), "[a][b]");
    EXPECT_EQ(read("\ta\t;\tb\t"), "[a b]");
}

TEST(ParseExtensions, RefusesWhatIsNone) {
    for (const char* const bad : {";",
                                  "a;",
                                  "a;;b",
                                  "a b",
                                  "a;b=",
                                  "a;b=\"",
                                  "a;b=\"x y\"",
                                  "a;b=\"\"",
                                  "=a",
                                  "a=b",
                                  "a;b==c",
                                  "a;b c",
                                  "(a)",
                                  "a;b=\"c\"d"}) {
        EXPECT_EQ(read(bad), "malformed") << bad;
    }
}

}  // namespace
}  // namespace indrik::websocket
