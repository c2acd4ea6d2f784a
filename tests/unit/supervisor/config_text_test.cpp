// What is made from the table of settings for people to read: --print-config, the reference page, advice.
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/print.hpp"
#include "supervisor/config/reference.hpp"
#include "supervisor/config/replaced.hpp"
#include "supervisor/config/sources.hpp"

namespace indrik::supervisor {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Settings load(const std::vector<std::string>& arguments) {
    return SettingsLoader(arguments, Program::Embedded).load();
}

/// What print_settings() wrote, read as a configuration file.
Settings read_back(const std::string& text) {
    char path[] = "/tmp/indrik-print-XXXXXX";
    const int fd = ::mkstemp(path);
    ::close(fd);
    std::ofstream(path) << text;
    Settings settings = load({"-c", path});
    std::filesystem::remove(path);
    return settings;
}

TEST(PrintSettings, NamesValueAndSourceOfEach) {
    const std::string text = print_settings(load({"-w", "3", "-b", ":80", "-b", "unix:/run/a"}));
    EXPECT_THAT(text, HasSubstr("# command line\nworkers = 3\n"));
    EXPECT_THAT(text, HasSubstr("# command line\nbind = :80\nbind = unix:/run/a\n"));
    EXPECT_THAT(text, HasSubstr("# default\nbacklog = 2048\n"));
    for (const Setting& setting : settings_table()) {
        const bool is_left_out = setting.name() == "config" || setting.name() == "print_config" ||
                                 setting.name() == "check_config";
        const auto line = HasSubstr("\n" + std::string(setting.name()) + " =");
        if (is_left_out) {
            EXPECT_THAT(text, Not(line));
        } else {
            EXPECT_THAT(text, line);
        }
    }
}

TEST(PrintSettings, ReadsBackAsTheSameSettings) {
    const Settings before = load({"-w",
                                  "3",
                                  "--access-logformat",
                                  R"("%(r)s" )",
                                  "--no-sendfile",
                                  "-e",
                                  "A=1 2",
                                  "-e",
                                  "B=",
                                  "--umask",
                                  "027",
                                  "--proxy-protocol"});
    const Settings after = read_back(print_settings(before));
    EXPECT_EQ(after.workers, 3u);
    EXPECT_EQ(after.access_logformat, R"("%(r)s" )");
    EXPECT_FALSE(after.sendfile);
    EXPECT_THAT(after.env, testing::ElementsAre("A=1 2", "B="));
    EXPECT_EQ(after.umask, 027u);
    EXPECT_EQ(after.proxy_protocol, ProxyProtocol::Auto);
    EXPECT_EQ(after.bind, before.bind);
}

TEST(Reference, IsThePageInTheTree) {
    const std::string path = INDRIK_SETTINGS_PAGE;
    if (std::getenv("INDRIK_WRITE_SETTINGS_PAGE") != nullptr)
        std::ofstream(path) << format_reference();
    std::ostringstream page;
    page << std::ifstream(path).rdbuf();
    EXPECT_EQ(page.str(), format_reference())
        << "run this test with INDRIK_WRITE_SETTINGS_PAGE=1 to write the page anew";
}

TEST(AdviceFor, TellsWhatTakesThePlaceOfGunicornsSettings) {
    for (const auto* const name : {"--worker-class",
                                   "-k",
                                   "worker_class",
                                   "--reuse-port",
                                   "--pythonpath",
                                   "--worker-tmp-dir",
                                   "--ssl-version",
                                   "--log-config",
                                   "--spew"}) {
        EXPECT_FALSE(advice_for(name).empty()) << name;
    }
    EXPECT_EQ(advice_for("--workers"), "");
    EXPECT_EQ(advice_for("--nonsense"), "");
    EXPECT_EQ(advice_for(""), "");
    EXPECT_EQ(advice_for("--"), "");
}

TEST(AdviceFor, IsNotAskedForWhatIsThere) {
    for (const Setting& setting : settings_table()) {
        for (const auto name : setting.names) EXPECT_EQ(advice_for(name), "") << name;
    }
}

TEST(AdviceFor, EndsTheMessageOfAnUnknownOption) {
    try {
        parse_command_line({"--worker-class", "gevent"}, Program::Embedded);
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), HasSubstr("--worker-class: there is one kind of worker"));
        EXPECT_EQ(error.exit_code(), exit_codes::kUsage);
    }
}

}  // namespace
}  // namespace indrik::supervisor
