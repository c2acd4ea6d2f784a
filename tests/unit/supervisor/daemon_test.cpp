#include "supervisor/system/daemon.hpp"

#include <csignal>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace indrik::supervisor {
namespace {

/// What the command ends with when its daemon does `work`.
int exit_code_of_command(void (*work)(StartReport&)) {
    const pid_t command = ::fork();
    if (command == 0) {
        ::close(STDERR_FILENO);
        DaemonStart start = go_to_background("indrik");
        if (start.parent_exit_code) ::_exit(*start.parent_exit_code);
        work(start.report);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(command, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

TEST(GoToBackground, EndsWithZeroWhenTheDaemonIsReady) {
    EXPECT_EQ(exit_code_of_command([](StartReport& report) {
                  report.ready();
                  report.failed(7, "too late to say so");
              }),
              0);
}

TEST(GoToBackground, EndsWithTheCodeOfTheFailure) {
    EXPECT_EQ(exit_code_of_command([](StartReport& report) { report.failed(4, "no module"); }), 4);
    EXPECT_EQ(exit_code_of_command([](StartReport& report) { report.failed(255, "what?"); }), 255);
}

TEST(GoToBackground, NoticesADaemonThatDies) {
    EXPECT_EQ(exit_code_of_command([](StartReport&) { ::raise(SIGKILL); }), 255);
}

TEST(StartReport, BelongsToNobodyByDefault) {
    StartReport report;
    report.ready();
    report.failed(1, "nobody waits");
}

}  // namespace
}  // namespace indrik::supervisor
