#include "supervisor/config/settings.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace indrik::supervisor {
namespace {

TEST(SettingsTable, HasEveryNameAndFlagOnce) {
    std::set<std::string_view> names;
    std::set<std::string_view> flags{"help", "version"};
    std::set<char> letters{'h', 'v'};
    for (const Setting& setting : settings_table()) {
        for (const auto name : setting.names) EXPECT_TRUE(names.insert(name).second) << name;
        for (const auto flag : setting.flags) EXPECT_TRUE(flags.insert(flag).second) << flag;
        if (setting.letter == 0) continue;
        EXPECT_TRUE(letters.insert(setting.letter).second) << setting.letter;
    }
}

TEST(SettingsTable, TakesItsOwnDefaults) {
    for (const Setting& setting : settings_table()) {
        Settings settings;
        const std::vector<std::string> value{std::string(setting.default_value)};
        EXPECT_NO_THROW(setting.assign(settings, value)) << setting.name();
    }
}

TEST(SettingsTable, NamesEachFlagAfterItsSetting) {
    for (const Setting& setting : settings_table()) {
        if (setting.flags.empty()) continue;
        std::string flag(setting.flags.front());
        std::replace(flag.begin(), flag.end(), '-', '_');
        EXPECT_EQ(flag, setting.name());
    }
}

TEST(FindSetting, TakesDashesAndGunicornsNames) {
    EXPECT_EQ(find_setting("graceful-timeout"), find_setting("graceful_timeout"));
    EXPECT_EQ(find_setting("keepalive"), find_setting("keep_alive"));
    EXPECT_EQ(find_setting("errorlog"), find_setting("error_logfile"));
    EXPECT_NE(find_setting("workers"), nullptr);
    EXPECT_EQ(find_setting("worker"), nullptr);
    EXPECT_EQ(find_setting(""), nullptr);
}

}  // namespace
}  // namespace indrik::supervisor
