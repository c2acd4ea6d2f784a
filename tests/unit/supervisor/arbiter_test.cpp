#include "supervisor/arbiter/arbiter.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "supervised.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 start);
}

TEST(Arbiter, StartsAsManyWorkersAsAskedEachWithItsSockets) {
    Supervised master({"-w", "3", "-b", "127.0.0.1:0", "-b", "[::1]:0"});
    for (int count = 0; count < 3; ++count) master.expect("has 2 sockets");
    EXPECT_THAT(master.children(), SizeIs(3));
}

TEST(Arbiter, EndsGracefullyOnTerm) {
    Supervised master({"-w", "2"});
    master.expect_ready();
    master.expect_ready();
    master.signal(SIGTERM);
    master.expect("Handling signal: SIGTERM");
    master.expect("got SIGTERM");
    master.expect("got SIGTERM");
    master.expect("Shutting down: Master");
    EXPECT_EQ(master.exit_code(), 0);
}

TEST(Arbiter, EndsQuicklyOnIntAndQuit) {
    for (const int number : {SIGINT, SIGQUIT}) {
        Supervised master({});
        master.expect_ready();
        master.signal(number);
        master.expect("got SIGQUIT");
        EXPECT_EQ(master.exit_code(), 0);
    }
}

TEST(Arbiter, KillsWhoDoesNotEndWithinTheGracefulTimeout) {
    Supervised master({"--graceful-timeout", "200ms"}, Behaviour::IgnoreSignals);
    master.expect_ready();
    master.signal(SIGTERM);
    master.expect("did not end in time");
    EXPECT_EQ(master.exit_code(), 0);
}

TEST(Arbiter, ASecondInterruptCutsTheWaitToTwoSeconds) {
    Supervised master({"--graceful-timeout", "1m"}, Behaviour::IgnoreSignals);
    master.expect_ready();
    master.signal(SIGTERM);
    master.expect("got SIGTERM");
    const auto start = std::chrono::steady_clock::now();
    master.signal(SIGINT);
    master.expect("got SIGQUIT");
    EXPECT_EQ(master.exit_code(), 0);
    EXPECT_GE(since(start), 1900ms);
    EXPECT_LT(since(start), 4s);
}

TEST(Arbiter, ReplacesAKilledWorkerAtOnce) {
    Supervised master({"-w", "2"});
    const pid_t victim = master.expect_ready();
    const pid_t other = master.expect_ready();
    const auto start = std::chrono::steady_clock::now();
    ::kill(victim, SIGKILL);
    EXPECT_THAT(master.expect("was sent SIGKILL"), HasSubstr("Perhaps out of memory?"));
    const pid_t replacement = master.expect_ready();
    EXPECT_LT(since(start), 500ms);
    EXPECT_THAT(master.children(), testing::UnorderedElementsAre(other, replacement));
}

TEST(Arbiter, NamesTheSignalThatKilledAWorker) {
    Supervised master({});
    ::kill(master.expect_ready(), SIGSEGV);
    EXPECT_THAT(master.expect("was sent SIGSEGV!"), Not(HasSubstr("memory")));
    master.expect_ready();
}

TEST(Arbiter, BacksOffWhenWorkersKeepDying) {
    Supervised master({});
    ::kill(master.expect_ready(), SIGKILL);
    ::kill(master.expect_ready(), SIGKILL);
    master.expect("the next one starts in 100 ms");
    const auto start = std::chrono::steady_clock::now();
    ::kill(master.expect_ready(), SIGKILL);
    EXPECT_GE(since(start), 90ms);
    master.expect("the next one starts in 200 ms");
    master.expect_ready();
}

TEST(Arbiter, ReplacesAWorkerWhoseLoopIsSilent) {
    Supervised master({"--timeout", "300ms"}, Behaviour::HangWhenReady);
    const pid_t victim = master.expect_ready();
    master.set_behaviour(Behaviour::Serve);
    EXPECT_EQ(pid_in(master.expect("WORKER TIMEOUT")), victim);
    const auto start = std::chrono::steady_clock::now();
    master.expect("was sent SIGABRT");
    EXPECT_NE(master.expect_ready(), victim);
    EXPECT_LT(since(start), 1s);
}

TEST(Arbiter, KillsASilentWorkerThatSurvivesAbort) {
    Supervised master({"--timeout", "300ms"}, Behaviour::SwallowEverything);
    master.expect_ready();
    master.set_behaviour(Behaviour::Serve);
    master.expect("WORKER TIMEOUT");
    const auto start = std::chrono::steady_clock::now();
    EXPECT_THAT(master.expect("was sent SIGKILL"), Not(HasSubstr("memory")));
    EXPECT_LT(since(start), 5500ms);  // its report may take its time
    master.expect_ready();
}

TEST(Arbiter, LeavesSilentWorkersAloneWithTimeoutZero) {
    Supervised master({"--timeout", "0"}, Behaviour::HangWhenReady);
    const pid_t worker = master.expect_ready();
    master.expect("is silent");
    master.signal(SIGUSR1);
    master.expect("SIGUSR1");
    EXPECT_THAT(master.children(), ElementsAre(worker));
}

TEST(Arbiter, WatchesWorkersThatBoot) {
    Supervised master({"--boot-timeout", "300ms"}, Behaviour::HangAtBoot);
    master.expect("WORKER TIMEOUT");
    master.expect("The application does not start");
    EXPECT_EQ(master.exit_code(), 3);
}

TEST(Arbiter, StopsWhenTheFirstWorkersDoNotStart) {
    struct Case {
        Behaviour behaviour;
        int exit_code;
        const char* message;
    };
    const Case cases[] = {
        {Behaviour::FailToBoot, 3, "The application does not start: on_startup: no database"},
        {Behaviour::FailToLoad, 4, "The application cannot be loaded: app.so: no such file"},
        {Behaviour::ThrowAtBoot, 3, "The application does not start: thrown at boot"},
        {Behaviour::CrashAtBoot, 3, "The application does not start: "},
    };
    for (const Case& expected : cases) {
        Supervised master({"-w", "2"}, expected.behaviour);
        master.expect(expected.message);
        EXPECT_THAT(master.rest(), Not(HasSubstr(expected.message)));
        EXPECT_EQ(master.exit_code(), expected.exit_code) << expected.message;
    }
}

TEST(Arbiter, KeepsTryingWhileSomebodyServes) {
    Supervised master({"-w", "2"});
    const pid_t victim = master.expect_ready();
    master.expect_ready();
    master.set_behaviour(Behaviour::FailToBoot);
    ::kill(victim, SIGKILL);
    master.expect("The application does not start: on_startup: no database (worker (pid:");
    master.set_behaviour(Behaviour::Serve);
    master.expect_ready();
    EXPECT_THAT(master.children(), SizeIs(2));
}

TEST(Arbiter, StopsWhenNobodyServesAndTheApplicationDoesNotStart) {
    Supervised master({});
    const pid_t victim = master.expect_ready();
    master.set_behaviour(Behaviour::FailToBoot);
    ::kill(victim, SIGKILL);
    master.expect("The application does not start");
    EXPECT_EQ(master.exit_code(), 3);
}

TEST(Arbiter, AddsAndTakesAwayWorkers) {
    Supervised master({"-w", "2"});
    master.expect_ready();
    master.expect_ready();
    master.signal(SIGTTIN);
    master.expect("is ready in slot 2");
    EXPECT_THAT(master.children(), SizeIs(3));
    for (int count = 0; count < 2; ++count) {
        master.signal(SIGTTOU);
        const pid_t gone = pid_in(master.expect("got SIGTERM"));
        EXPECT_TRUE(wait_until_gone(gone));
    }
    EXPECT_THAT(master.children(), SizeIs(1));
}

TEST(Arbiter, KeepsOneWorkerAtLeast) {
    Supervised master({});
    const pid_t worker = master.expect_ready();
    master.signal(SIGTTOU);
    master.expect("Workers: 1");
    EXPECT_THAT(master.children(), ElementsAre(worker));
}

TEST(Arbiter, ForwardsTheReopeningOfLogs) {
    Supervised master({"-w", "2"});
    master.expect_ready();
    master.expect_ready();
    master.signal(SIGUSR1);
    master.expect("got SIGUSR1");
    master.expect("got SIGUSR1");
}

TEST(Arbiter, WatchesTheSilenceOfWorkersThatBootIfThereIsNoOtherLimit) {
    Supervised master({"--boot-timeout", "0", "--timeout", "300ms"}, Behaviour::HangAtBoot);
    master.expect("WORKER TIMEOUT");
    EXPECT_EQ(master.exit_code(), 3);
}

TEST(Arbiter, GivesUpWhenWorkersKeepDyingIfThereIsALimit) {
    Supervised master({"--crash-limit", "3"});
    for (int count = 0; count < 3; ++count) ::kill(master.expect_ready(), SIGKILL);
    master.expect("3 workers died within 60 s and nobody serves (--crash-limit): giving up");
    EXPECT_EQ(master.exit_code(), 3);
}

TEST(Arbiter, LetsItsWorkersGoOnWinchAndKeepsItsSockets) {
    Supervised master({"-w", "2"});
    master.expect_ready();
    master.expect_ready();
    master.signal(SIGWINCH);
    master.expect("Workers: 0");
    EXPECT_THAT(master.children_once(0), SizeIs(0));
    master.signal(SIGTTOU);
    master.expect("SIGTTOU");
    master.signal(SIGTTIN);
    master.expect("Workers: 1");
    master.expect_ready();
    master.signal(SIGWINCH);
    master.expect("Workers: 0");
    EXPECT_THAT(master.children_once(0), SizeIs(0));
    master.signal(SIGHUP);
    master.expect("generation 2 serves");
    EXPECT_THAT(master.children_once(2), SizeIs(2));
}

TEST(Arbiter, WorkersEndWhenTheMasterIsKilled) {
    Supervised master({"-w", "2"});
    const pid_t first = master.expect_ready();
    const pid_t second = master.expect_ready();
    master.signal(SIGKILL);
    master.expect("got SIGTERM");
    master.expect("got SIGTERM");
    EXPECT_EQ(master.exit_code(), 1000 + SIGKILL);
    EXPECT_TRUE(wait_until_gone(first) && wait_until_gone(second));
}

TEST(Arbiter, AMasterThatSleptDoesNotBlameItsWorkers) {
    Supervised master({"--timeout", "400ms"});
    const pid_t worker = master.expect_ready();
    ::kill(worker, SIGSTOP);
    master.signal(SIGSTOP);
    std::this_thread::sleep_for(3300ms);  // longer than any pause that the master makes of itself
    master.signal(SIGCONT);
    ::kill(worker, SIGCONT);
    master.signal(SIGUSR1);
    master.expect("got SIGUSR1");
    EXPECT_THAT(master.children(), ElementsAre(worker));
}

TEST(Arbiter, RefusesATakenPortAfterFiveTries) {
    Supervised first({});
    const std::string line = first.expect("Listening at: http://127.0.0.1:");
    const std::string port = line.substr(line.rfind(':') + 1);
    Supervised second({"-b", "127.0.0.1:" + port});
    for (int tries = 0; tries < 4; ++tries) second.expect("Retrying in 1 second.");
    second.expect("refused: 127.0.0.1:" + port + " is in use by another process");
    EXPECT_EQ(second.exit_code(), 1);
}

TEST(Arbiter, GivesUpWaitingForAPortWhenToldTo) {
    Supervised first({});
    const std::string line = first.expect("Listening at: http://127.0.0.1:");
    Supervised second({"-b", "127.0.0.1:" + line.substr(line.rfind(':') + 1)});
    second.expect("Retrying in 1 second.");
    second.signal(SIGTERM);
    EXPECT_THAT(second.rest(), Not(HasSubstr("Booting worker")));
    EXPECT_EQ(second.exit_code(), 0);
}

}  // namespace
}  // namespace indrik::supervisor
