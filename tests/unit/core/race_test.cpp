#include "indrik/core/race.hpp"

#include <stdexcept>
#include <string>

#include "indrik/core/sleep.hpp"
#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

using namespace std::chrono_literals;
using test::throws;
using test::yield;

Task<int> number(int turns, int value) {
    co_await yield(turns);
    co_return value;
}

Task<std::string> wait_until_cancelled(int* cancelled) {
    try {
        co_await sleep_for(1h);
    } catch (const std::system_error&) {
        ++*cancelled;
        throw;
    }
    co_return "";
}

Task<int> fail(int turns) {
    co_await yield(turns);
    throw std::runtime_error("failed");
}

CO_TEST(Race, ReturnsTheFirstValueAndCancelsTheOthers) {
    int cancelled = 0;
    auto first = co_await race(wait_until_cancelled(&cancelled), number(2, 7), number(9, 8));
    EXPECT_EQ(first.index(), 1u);
    EXPECT_EQ(std::get<1>(first), 7);
    EXPECT_EQ(cancelled, 1);
}

CO_TEST(Race, TellsTasksOfTheSameTypeApart) {
    const auto first = co_await race(number(5, 1), number(1, 2));
    EXPECT_EQ(first.index(), 1u);
    EXPECT_EQ(std::get<1>(first), 2);
    const auto nothing = co_await race(sleep_for(1h), yield());
    EXPECT_EQ(nothing.index(), 1u);
}

CO_TEST(Race, FailureOfTheFirstIsItsOutcome) {
    int cancelled = 0;
    auto both = race(wait_until_cancelled(&cancelled), fail(1));
    const bool failed = co_await throws<std::runtime_error>(std::move(both));
    EXPECT_TRUE(failed);
    EXPECT_EQ(cancelled, 1);
}

CO_TEST(Race, WaitsForALoserThatTakesItsTime) {
    bool ended = false;
    auto slow_to_end = [](bool* flag) -> Task<int> {
        try {
            co_await sleep_for(1h);
        } catch (const std::system_error&) {
        }
        *flag = true;
        co_return 1;
    };
    const auto first = co_await race(slow_to_end(&ended), number(1, 2));
    EXPECT_EQ(first.index(), 1u);
    EXPECT_TRUE(ended);
}

CO_TEST(Race, IsDecidedByATaskThatNeedsNoWait) {
    bool begun = false;
    auto ready = []() -> Task<int> { co_return 1; };
    auto second = [](bool* flag) -> Task<int> {
        *flag = true;
        co_return 2;
    };
    const auto first = co_await race(ready(), second(&begun));
    EXPECT_EQ(first.index(), 0u);
    EXPECT_FALSE(begun);
}

CO_TEST(Race, CancellationReachesAllTasks) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    int cancelled = 0;
    auto outer = [&]() -> Task<> {
        co_await race(wait_until_cancelled(&cancelled), wait_until_cancelled(&cancelled));
        ADD_FAILURE() << "went on after cancellation";
    };
    group.spawn(outer);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(cancelled, 2);
}

}  // namespace
}  // namespace indrik
