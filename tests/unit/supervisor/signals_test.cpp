#include "supervisor/arbiter/signals.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

TEST(SignalQueue, KeepsSignalsUntilTheyAreAskedFor) {
    SignalQueue queue;
    EXPECT_FALSE(queue.next());
    ::raise(SIGHUP);
    ::raise(SIGTTIN);
    ASSERT_TRUE(queue.wait(0ms));
    const auto first = queue.next();
    const auto second = queue.next();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(*first + *second, SIGHUP + SIGTTIN);
    EXPECT_FALSE(queue.next());
    EXPECT_FALSE(queue.wait(0ms));
}

int status_of_child_that_gets(int number) {
    SignalQueue queue;
    const pid_t child = ::fork();
    if (child == 0) {
        reset_signals_in_child();
        ::raise(number);
        ::_exit(7);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

TEST(ResetSignalsInChild, LetsABootingWorkerEndAtOnce) {
    for (const int number : {SIGTERM, SIGINT, SIGQUIT}) {
        const int status = status_of_child_that_gets(number);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << number;
    }
}

TEST(ResetSignalsInChild, IgnoresWhatIsMeantForMasters) {
    for (const int number : {SIGHUP, SIGUSR1, SIGUSR2, SIGTTIN, SIGTTOU, SIGWINCH, SIGPIPE}) {
        const int status = status_of_child_that_gets(number);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7) << number;
    }
}

TEST(SignalName, KnowsNames) {
    EXPECT_EQ(signal_name(SIGSEGV), "SIGSEGV");
    EXPECT_EQ(signal_name(SIGKILL), "SIGKILL");
    EXPECT_EQ(signal_name(123), "signal 123");
}

}  // namespace
}  // namespace indrik::supervisor
