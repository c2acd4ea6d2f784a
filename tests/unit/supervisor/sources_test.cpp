#include "supervisor/config/sources.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "supervisor/config/errors.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A folder of its own to start in, and an environment without our variables.
class Sources : public testing::Test {
protected:
    void SetUp() override {
        char name[] = "/tmp/indrik-sources-XXXXXX";
        folder_ = ::mkdtemp(name);
        start_ = std::filesystem::current_path();
        std::filesystem::current_path(folder_);
        clear_environment();
    }
    void TearDown() override {
        clear_environment();
        std::filesystem::current_path(start_);
        std::filesystem::remove_all(folder_);
    }
    static void clear_environment() {
        for (const char* variable : {"PORT", "WEB_CONCURRENCY", "INDRIK_CMD_ARGS"})
            ::unsetenv(variable);
    }

    static void write(const char* file, const char* text) { std::ofstream(file) << text; }
    static Settings load(std::vector<std::string> arguments) {
        arguments.push_back("app.so");
        return SettingsLoader(arguments, Program::Indrik).load();
    }
    static std::string complaint(std::vector<std::string> arguments, int exit_code = 1) {
        try {
            load(std::move(arguments));
        } catch (const ConfigError& error) {
            EXPECT_EQ(error.exit_code(), exit_code);
            return error.what();
        }
        return "(accepted)";
    }

    std::filesystem::path folder_;
    std::filesystem::path start_;
};

TEST_F(Sources, DefaultsAreGunicornsWithOurKeepAlive) {
    const Settings settings = load({});
    EXPECT_EQ(settings.application, "app.so");
    ASSERT_EQ(settings.bind.size(), 1u);
    EXPECT_EQ(format_address(settings.bind[0]), "127.0.0.1:8000");
    EXPECT_EQ(settings.backlog, 2048);
    EXPECT_EQ(settings.workers, 1u);
    EXPECT_EQ(settings.timeout, 30s);
    EXPECT_EQ(settings.graceful_timeout, 30s);
    EXPECT_EQ(settings.keep_alive, 75s);
    EXPECT_EQ(settings.header_timeout, 10s);
    EXPECT_EQ(settings.limit_request_line, 8190u);
    EXPECT_EQ(settings.limit_request_fields, 128u);
    EXPECT_EQ(settings.limit_request_body, 1048576u);
    EXPECT_EQ(settings.access_logfile, "");
    EXPECT_EQ(settings.error_logfile, "-");
    EXPECT_EQ(settings.log_level, LogLevel::Info);
    EXPECT_FALSE(settings.debug);
    EXPECT_EQ(settings.sources.count("workers"), 0u);
}

TEST_F(Sources, PortAndWebConcurrencyReplaceDefaults) {
    ::setenv("PORT", "5000", 1);
    ::setenv("WEB_CONCURRENCY", "3", 1);
    const Settings settings = load({});
    EXPECT_EQ(format_address(settings.bind.at(0)), "0.0.0.0:5000");
    EXPECT_EQ(settings.workers, 3u);
    EXPECT_EQ(settings.sources.at("workers"), "environment WEB_CONCURRENCY");
}

TEST_F(Sources, TheLaterSourceWins) {
    ::setenv("WEB_CONCURRENCY", "2", 1);
    EXPECT_EQ(load({}).workers, 2u);
    write("indrik.conf", "workers = 3\n");
    EXPECT_EQ(load({}).workers, 3u);
    ::setenv("INDRIK_CMD_ARGS", "-w 4", 1);
    EXPECT_EQ(load({}).workers, 4u);
    EXPECT_EQ(load({"-w", "5"}).workers, 5u);
    EXPECT_EQ(load({"-w", "5"}).sources.at("workers"), "command line");
}

TEST_F(Sources, ALaterSourceReplacesAllAddresses) {
    write("indrik.conf", "bind = :1\nbind = :2\n");
    EXPECT_EQ(load({}).bind.size(), 2u);
    const Settings settings = load({"-b", ":3"});
    ASSERT_EQ(settings.bind.size(), 1u);
    EXPECT_EQ(settings.bind[0].port(), 3);
}

TEST_F(Sources, ConfigNamesAnotherFileWhichMustExist) {
    write("indrik.conf", "workers = 3\n");
    write("other.conf", "timeout = 1m\n");
    const Settings settings = load({"-c", "other.conf"});
    EXPECT_EQ(settings.workers, 1u);
    EXPECT_EQ(settings.timeout, 60s);
    EXPECT_EQ(settings.sources.at("timeout"), "other.conf:1");
    EXPECT_THAT(complaint({"-c", "absent.conf"}), HasSubstr("\"absent.conf\" cannot be read"));
    EXPECT_THAT(complaint({"-c", "/"}), HasSubstr("\"/\" cannot be read"));
    write("empty.conf", "");
    EXPECT_EQ(complaint({"-c", "empty.conf"}), "(accepted)");
}

TEST_F(Sources, TheFileIsFoundAgainFromAnotherFolder) {
    write("indrik.conf", "workers = 3\n");
    const SettingsLoader loader({"app.so"}, Program::Indrik);
    std::filesystem::current_path("/");
    EXPECT_EQ(loader.load().workers, 3u);
}

TEST_F(Sources, TheFileMayNameTheApplication) {
    write("indrik.conf", "application = other.so:make\n");
    EXPECT_EQ(SettingsLoader({}, Program::Indrik).load().application, "other.so:make");
    EXPECT_EQ(load({}).application, "app.so");
}

TEST_F(Sources, EveryComplaintNamesItsPlace) {
    EXPECT_THAT(complaint({"-w", "x"}), StartsWith("--workers: \"x\""));
    EXPECT_THAT(complaint({"-b", "a:b"}), StartsWith("--bind: \"a:b\""));
    ::setenv("INDRIK_CMD_ARGS", "-t never", 1);
    EXPECT_THAT(complaint({}), StartsWith("INDRIK_CMD_ARGS: --timeout: \"never\""));
    ::setenv("INDRIK_CMD_ARGS", "--frob", 1);
    EXPECT_THAT(complaint({}, 2), StartsWith("INDRIK_CMD_ARGS: unknown option --frob"));
    ::unsetenv("INDRIK_CMD_ARGS");
    ::setenv("WEB_CONCURRENCY", "some", 1);
    EXPECT_THAT(complaint({}), StartsWith("WEB_CONCURRENCY: \"some\""));
    ::unsetenv("WEB_CONCURRENCY");
    write("indrik.conf", "# a comment\nworkers = x\n");
    EXPECT_THAT(complaint({}), StartsWith("indrik.conf:2: workers: \"x\""));
    write("indrik.conf", "\n\nwokers = 1\n");
    EXPECT_THAT(complaint({}), StartsWith("indrik.conf:3: there is no setting \"wokers\""));
    write("indrik.conf", "config = a\n");
    EXPECT_THAT(complaint({}), StartsWith("indrik.conf:1: config belongs on the command line"));
}

TEST_F(Sources, ABadValueCountsEvenWhenALaterSourceReplacesIt) {
    write("indrik.conf", "workers = x\n");
    EXPECT_THAT(complaint({"-w", "2"}), StartsWith("indrik.conf:1"));
}

TEST_F(Sources, IndrikWantsAnApplication) {
    try {
        SettingsLoader({}, Program::Indrik).load();
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_EQ(error.exit_code(), 2);
        EXPECT_THAT(error.what(), HasSubstr("no application is given"));
    }
    EXPECT_NO_THROW(SettingsLoader({}, Program::Embedded).load());
}

}  // namespace
}  // namespace indrik::supervisor
