#include "indrik/core/gather.hpp"

#include <memory>
#include <stdexcept>
#include <string>

#include "indrik/core/sleep.hpp"
#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

using namespace std::chrono_literals;
using test::throws;
using test::yield;

Task<std::unique_ptr<int>> number(int turns, int value) {
    co_await yield(turns);
    co_return std::make_unique<int>(value);
}

Task<std::string> text(int turns, std::string value) {
    co_await yield(turns);
    co_return value;
}

Task<int> fail(int turns) {
    co_await yield(turns);
    throw std::runtime_error("failed");
}

Task<int> wait_until_cancelled(int* cancelled) {
    try {
        co_await sleep_for(1h);
    } catch (const std::system_error&) {
        ++*cancelled;
        throw;
    }
    co_return 0;
}

CO_TEST(Gather, ReturnsAllValuesInTheOrderOfTheTasks) {
    auto results = co_await gather(number(5, 1), yield(2), text(1, "two"));
    EXPECT_EQ(*std::get<0>(results), 1);
    EXPECT_EQ(std::get<1>(results), std::monostate());
    EXPECT_EQ(std::get<2>(results), "two");
}

CO_TEST(Gather, OfNothingReturnsNothing) {
    co_await gather();
    const auto values = co_await gather(std::vector<Task<int>>());
    EXPECT_TRUE(values.empty());
}

CO_TEST(Gather, TakesAVectorOfTasks) {
    std::vector<Task<std::string>> tasks;
    for (int i = 0; i < 20; ++i) tasks.push_back(text(20 - i, std::to_string(i)));
    const auto values = co_await gather(std::move(tasks));
    CO_ASSERT(values.size() == 20);
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i], std::to_string(i));
}

CO_TEST(Gather, TakesAVectorOfTasksWithoutValues) {
    std::vector<Task<>> tasks;
    for (int i = 0; i < 3; ++i) tasks.push_back(yield(i));
    const auto values = co_await gather(std::move(tasks));
    EXPECT_EQ(values.size(), 3u);
}

CO_TEST(Gather, FirstFailureCancelsTheOthersAndIsThrownWhenAllHaveEnded) {
    int cancelled = 0;
    auto all = gather(wait_until_cancelled(&cancelled), fail(2), wait_until_cancelled(&cancelled));
    const bool failed = co_await throws<std::runtime_error>(std::move(all));
    EXPECT_TRUE(failed);
    EXPECT_EQ(cancelled, 2);
}

CO_TEST(Gather, FailureInAVectorCancelsTheOthers) {
    int cancelled = 0;
    std::vector<Task<int>> tasks;
    tasks.push_back(wait_until_cancelled(&cancelled));
    tasks.push_back(fail(1));
    const bool failed = co_await throws<std::runtime_error>(gather(std::move(tasks)));
    EXPECT_TRUE(failed);
    EXPECT_EQ(cancelled, 1);
}

CO_TEST(Gather, TaskNotBegunWhenAnotherFailsIsNotBegunAtAll) {
    bool begun = false;
    auto fail_now = []() -> Task<int> {
        throw std::runtime_error("now");
        co_return 0;
    };
    auto second = [](bool* flag) -> Task<int> {
        *flag = true;
        co_return 0;
    };
    const bool failed = co_await throws<std::runtime_error>(gather(fail_now(), second(&begun)));
    EXPECT_TRUE(failed);
    EXPECT_FALSE(begun);
}

CO_TEST(Gather, CancellationReachesAllTasks) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    int cancelled = 0;
    auto outer = [&]() -> Task<> {
        co_await gather(wait_until_cancelled(&cancelled), wait_until_cancelled(&cancelled));
        ADD_FAILURE() << "went on after cancellation";
    };
    group.spawn(outer);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(cancelled, 2);
}

}  // namespace
}  // namespace indrik
