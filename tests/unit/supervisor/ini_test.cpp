#include "supervisor/config/ini.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "supervisor/config/errors.hpp"

namespace indrik::supervisor {
namespace {

std::string shown(std::string_view text) {
    std::string result;
    for (const IniLine& line : parse_ini(text, "f")) {
        result += std::to_string(line.number) + ":" + line.name + "=" + line.value + ";";
    }
    return result;
}

TEST(ParseIni, ReadsNamesValuesAndLineNumbers) {
    EXPECT_EQ(shown("workers = 4\n\nbind=:80\nbind = :81"), "1:workers=4;3:bind=:80;4:bind=:81;");
}

TEST(ParseIni, SkipsCommentsAndItsSection) {
    EXPECT_EQ(shown("# a\n; b\n[indrik]\n  x = 1\r\n"), "4:x=1;");
}

TEST(ParseIni, KeepsWhatIsInsideAValue) {
    EXPECT_EQ(shown("f = %(h)s # ; = \"x\" y"), "1:f=%(h)s # ; = \"x\" y;");
    EXPECT_EQ(shown("f = \" spaced \""), "1:f= spaced ;");
    EXPECT_EQ(shown("f ="), "1:f=;");
}

TEST(ParseIni, NamesFileAndLineOfWhatIsNone) {
    for (const char* text : {"a = 1\nworkers 4", "\n= 4", "\n[other]"}) {
        try {
            parse_ini(text, "my.conf");
            FAIL() << text;
        } catch (const ConfigError& error) {
            EXPECT_THAT(error.what(), testing::StartsWith("my.conf:2: "));
            EXPECT_THAT(error.what(), testing::HasSubstr("name = value"));
        }
    }
}

}  // namespace
}  // namespace indrik::supervisor
