#include "supervisor/config/help.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace indrik::supervisor {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(FormatHelp, FitsATerminalOf80Columns) {
    std::istringstream help(format_help("indrik", Program::Indrik));
    for (std::string line; std::getline(help, line);) EXPECT_LT(line.size(), 80u) << line;
}

TEST(FormatHelp, ShowsEverySettingWithItsDefault) {
    const std::string help = format_help("indrik", Program::Indrik);
    for (const Setting& setting : settings_table()) {
        if (setting.flags.empty()) continue;
        EXPECT_THAT(help, HasSubstr("--" + std::string(setting.flags.front())));
    }
    EXPECT_THAT(help, HasSubstr("  -w, --workers N"));
    EXPECT_THAT(help, HasSubstr("[127.0.0.1:8000]"));
    EXPECT_THAT(help, HasSubstr("[75s]"));
}

TEST(FormatHelp, MentionsTheModuleOnlyWhereThereIsOne) {
    EXPECT_THAT(format_help("indrik", Program::Indrik), HasSubstr("MODULE"));
    EXPECT_THAT(format_help("polls", Program::Embedded), Not(HasSubstr("MODULE")));
    EXPECT_THAT(format_help("polls", Program::Embedded), HasSubstr("Usage: polls [OPTION]..."));
    EXPECT_THAT(format_help("indrik", Program::Indrik),
                HasSubstr("indrik ctl [OPTION]... COMMAND"));
}

}  // namespace
}  // namespace indrik::supervisor
