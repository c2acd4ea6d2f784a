#include "supervisor/arbiter/scoreboard.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

TEST(Scoreboard, ClaimedLineIsBootingWithAFreshHeartbeat) {
    Scoreboard board(4);
    const TimePoint before = Clock::now();
    ScoreLine* const line = board.claim(7, 3);
    ASSERT_NE(line, nullptr);
    EXPECT_EQ(line->state, WorkerState::Booting);
    EXPECT_EQ(line->slot, 7u);
    EXPECT_EQ(line->generation, 3u);
    EXPECT_GE(line->last_beat(), before);
    EXPECT_EQ(line->failure_text(), "");
}

TEST(Scoreboard, GivesNoLineTwice) {
    Scoreboard board(2);
    ScoreLine* const first = board.claim(0, 1);
    ScoreLine* const second = board.claim(1, 1);
    EXPECT_NE(first, second);
    EXPECT_EQ(board.claim(2, 1), nullptr);
    board.release(*first);
    EXPECT_EQ(board.claim(2, 1), first);
}

TEST(Scoreboard, ClaimForgetsThePreviousWorker) {
    Scoreboard board(1);
    ScoreLine* line = board.claim(0, 1);
    line->requests = 5;
    line->set_failure("x");
    board.release(*line);
    line = board.claim(0, 2);
    EXPECT_EQ(line->requests, 0u);
    EXPECT_EQ(line->failure_text(), "");
}

TEST(Scoreboard, IsSharedWithAChild) {
    Scoreboard board(1);
    ScoreLine* const line = board.claim(0, 1);
    const TimePoint before = line->last_beat();
    const pid_t child = ::fork();
    if (child == 0) {
        line->requests = 42;
        line->state = WorkerState::Ready;
        line->set_failure("because");
        line->beat();
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(line->requests, 42u);
    EXPECT_EQ(line->state, WorkerState::Ready);
    EXPECT_EQ(line->failure_text(), "because");
    EXPECT_GT(line->last_beat(), before);
}

TEST(ScoreLine, CutsAReasonThatIsTooLong) {
    Scoreboard board(1);
    ScoreLine* const line = board.claim(0, 1);
    line->set_failure(std::string(5000, 'x'));
    EXPECT_EQ(line->failure_text(), std::string(1023, 'x'));
}

}  // namespace
}  // namespace indrik::supervisor
