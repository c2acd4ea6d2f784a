#include "supervisor/config/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "supervisor/config/errors.hpp"

namespace indrik::supervisor {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Arguments = std::vector<std::string>;

std::vector<std::string> values(const Arguments& arguments, const char* setting) {
    const CommandLine parsed = parse_command_line(arguments, Program::Indrik);
    const auto found = parsed.values.find(find_setting(setting));
    return found == parsed.values.end() ? Arguments() : found->second;
}

std::string complaint(const Arguments& arguments, Program program = Program::Indrik) {
    try {
        parse_command_line(arguments, program);
    } catch (const ConfigError& error) {
        EXPECT_EQ(error.exit_code(), 2);
        return error.what();
    }
    return "(accepted)";
}

TEST(CommandLine, TakesEveryWayToWriteAnOption) {
    for (const Arguments& arguments : {Arguments{"-w", "4"},
                                       Arguments{"-w4"},
                                       Arguments{"--workers", "4"},
                                       Arguments{"--workers=4"}}) {
        EXPECT_THAT(values(arguments, "workers"), ElementsAre("4")) << arguments[0];
    }
}

TEST(CommandLine, CollectsRepeatedOptionsInOrder) {
    EXPECT_THAT(values({"-b", ":1", "--bind", ":2", "-b:3"}, "bind"),
                ElementsAre(":1", ":2", ":3"));
}

TEST(CommandLine, TakesADashAsAValue) {
    EXPECT_THAT(values({"--access-logfile", "-"}, "access_logfile"), ElementsAre("-"));
    EXPECT_THAT(values({"--log-file=-"}, "error_logfile"), ElementsAre("-"));
}

TEST(CommandLine, TakesAliases) {
    EXPECT_THAT(values({"--log-file", "a"}, "error_logfile"), ElementsAre("a"));
    EXPECT_THAT(values({"--limit-request-field_size", "9"}, "limit_request_field_size"),
                ElementsAre("9"));
}

TEST(CommandLine, TakesTheModuleAnywhere) {
    EXPECT_THAT(values({"app.so", "-w", "2"}, "application"), ElementsAre("app.so"));
    EXPECT_THAT(values({"-w", "2", "app.so:make"}, "application"), ElementsAre("app.so:make"));
    EXPECT_THAT(values({"--debug", "app.so"}, "application"), ElementsAre("app.so"));
    EXPECT_THAT(values({"--debug", "app.so"}, "debug"), ElementsAre("true"));
}

TEST(CommandLine, TakesSomeOptionsWithoutAValueIfNoneFollows) {
    EXPECT_THAT(values({"app.so", "--proxy-protocol"}, "proxy_protocol"), ElementsAre("auto"));
    EXPECT_THAT(values({"--proxy-protocol", "-w", "2"}, "proxy_protocol"), ElementsAre("auto"));
    EXPECT_THAT(values({"--proxy-protocol", "v1"}, "proxy_protocol"), ElementsAre("v1"));
    EXPECT_THAT(values({"--proxy-protocol=v2", "app.so"}, "proxy_protocol"), ElementsAre("v2"));
}

TEST(CommandLine, NamesUnknownOptionsAndTheNearest) {
    EXPECT_EQ(complaint({"--worker", "2"}), "unknown option --worker; did you mean --workers?");
    EXPECT_EQ(complaint({"--keepalive", "2"}),
              "unknown option --keepalive; did you mean --keep-alive?");
    EXPECT_EQ(complaint({"--frobnicate"}), "unknown option --frobnicate; --help lists all");
    EXPECT_EQ(complaint({"-z"}), "unknown option -z; --help lists all");
}

TEST(CommandLine, DoesNotGuessPrefixes) {
    EXPECT_THAT(complaint({"--work", "2"}), HasSubstr("unknown option --work"));
}

TEST(CommandLine, NamesTheOptionThatLacksItsValue) {
    EXPECT_EQ(complaint({"-w"}), "--workers needs a value; --help shows which");
    EXPECT_EQ(complaint({"--workers", "-b", ":1"}), "--workers needs a value; --help shows which");
    EXPECT_EQ(complaint({"--workers="}), "--workers needs a value; --help shows which");
}

TEST(CommandLine, RefusesAValueForASwitch) {
    EXPECT_EQ(complaint({"--debug=1"}), "--debug takes no value");
}

TEST(CommandLine, TakesOneModuleOnly) {
    EXPECT_THAT(complaint({"a.so", "b.so"}), HasSubstr("more than one MODULE"));
    EXPECT_THAT(complaint({"a.so"}, Program::Embedded), HasSubstr("no option"));
}

TEST(CommandLine, KnowsHelpAndVersion) {
    EXPECT_TRUE(parse_command_line({"-h"}, Program::Indrik).help);
    EXPECT_TRUE(parse_command_line({"--help"}, Program::Indrik).help);
    EXPECT_TRUE(parse_command_line({"-v"}, Program::Indrik).version);
    EXPECT_TRUE(parse_command_line({"--version"}, Program::Indrik).version);
}

TEST(SplitArguments, FollowsTheShellsQuotes) {
    EXPECT_THAT(split_arguments(R"(-w 2  --access-logformat "%(h)s %(r)s" -b 'a b' c\ d)"),
                ElementsAre("-w", "2", "--access-logformat", "%(h)s %(r)s", "-b", "a b", "c d"));
    EXPECT_TRUE(split_arguments("").empty());
}

}  // namespace
}  // namespace indrik::supervisor
