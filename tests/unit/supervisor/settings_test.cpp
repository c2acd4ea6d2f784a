#include "supervisor/config/settings.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "supervisor/config/errors.hpp"

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
        if (setting.switch_value == "false") flag.erase(0, 3);  // no-sendfile
        std::replace(flag.begin(), flag.end(), '-', '_');
        EXPECT_EQ(flag, setting.name());
    }
}

/// The settings with one value given.
Settings with(std::string_view name, std::vector<std::string> values) {
    Settings settings;
    find_setting(name)->assign(settings, values);
    return settings;
}

TEST(SettingsTable, TakesGunicornsWordsForTLSAndProxies) {
    EXPECT_EQ(with("proxy_protocol", {"auto"}).proxy_protocol, ProxyProtocol::Auto);
    EXPECT_EQ(with("proxy_protocol", {"true"}).proxy_protocol, ProxyProtocol::Auto);
    EXPECT_EQ(with("proxy_protocol", {"V1"}).proxy_protocol, ProxyProtocol::V1);
    EXPECT_EQ(with("proxy_protocol", {"v2"}).proxy_protocol, ProxyProtocol::V2);
    EXPECT_EQ(with("proxy_protocol", {"false"}).proxy_protocol, ProxyProtocol::Off);
    EXPECT_EQ(with("proxy_allow_ips", {"*"}).proxy_allow_from, "*");
    EXPECT_EQ(with("cert_reqs", {"2"}).cert_reqs, CertificateRequest::Required);
    EXPECT_EQ(with("cert_reqs", {"optional"}).cert_reqs, CertificateRequest::Optional);
    EXPECT_EQ(with("ssl_minimum_version", {"TLSv1.3"}).ssl_minimum_version, TLSVersion::V1_3);
    EXPECT_EQ(with("ssl_minimum_version", {"1.2"}).ssl_minimum_version, TLSVersion::V1_2);
    EXPECT_THROW(with("ssl_minimum_version", {"TLSv1"}), BadValue);
    EXPECT_THROW(with("cert_reqs", {"3"}), BadValue);
    EXPECT_THAT(with("certfile", {"a", "b"}).certfile, testing::ElementsAre("a", "b"));
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
