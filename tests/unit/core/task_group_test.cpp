#include "indrik/core/task_group.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/core/sync.hpp"
#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

using namespace std::chrono_literals;
using test::throws;
using test::yield;

Task<> set_after_turns(int turns, bool* done) {
    co_await yield(turns);
    *done = true;
}

Task<> fail_after_turns(int turns, std::string text) {
    co_await yield(turns);
    throw std::runtime_error(text);
}

/// Waits until it is cancelled, and counts that.
Task<> wait_for_cancellation(int* cancelled) {
    try {
        co_await sleep_for(1h);
    } catch (const std::system_error& error) {
        if (!is_cancelled(error)) throw;
        ++*cancelled;
        throw;
    }
}

CO_TEST(TaskGroup, JoinWaitsForAllChildren) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    bool first = false;
    bool second = false;
    group.spawn(set_after_turns(1, &first));
    group.spawn(set_after_turns(5, &second));
    EXPECT_EQ(group.size(), 2u);
    co_await group.join();
    EXPECT_TRUE(first);
    EXPECT_TRUE(second);
    EXPECT_TRUE(group.empty());
}

CO_TEST(TaskGroup, JoinOfAnEmptyGroupReturns) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    co_await group.join();
    EXPECT_TRUE(group.empty());
}

CO_TEST(TaskGroup, ChildRunsAtOnceUntilItsFirstWait) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    int steps = 0;
    auto child = [](int* count) -> Task<> {
        ++*count;
        co_await yield();
        ++*count;
    };
    group.spawn(child(&steps));
    EXPECT_EQ(steps, 1);
    co_await group.join();
    EXPECT_EQ(steps, 2);
}

TEST(TaskGroup, ChildSpawnedOutsideTheLoopRunsWhenTheLoopRuns) {
    asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
    TaskGroup group(loop.get_executor());
    bool done = false;
    group.spawn(set_after_turns(2, &done));
    EXPECT_FALSE(done);
    loop.run();
    EXPECT_TRUE(done);
    EXPECT_TRUE(group.empty());
}

CO_TEST(TaskGroup, KeepsCapturesAndArgumentsAliveWhileTheChildRuns) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    std::string seen;
    {
        auto name = std::make_unique<std::string>("a name longer than the small string buffer");
        auto child = [&seen, prefix = std::string("a prefix longer than the small buffer")](
                         std::unique_ptr<std::string> text) -> Task<> {
            co_await yield(3);
            seen = prefix + *text;
        };
        group.spawn(std::move(child), std::move(name));
    }
    co_await group.join();
    EXPECT_EQ(seen,
              "a prefix longer than the small buffera name longer than the small string buffer");
}

CO_TEST(TaskGroup, SpawnPassesReferencesThroughStdRef) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    int count = 0;
    auto child = [](int& target) -> Task<> {
        co_await yield();
        ++target;
    };
    group.spawn(child, std::ref(count));
    co_await group.join();
    EXPECT_EQ(count, 1);
}

CO_TEST(TaskGroup, FailureCancelsTheSiblingsAndIsThrownByJoin) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    int cancelled = 0;
    group.spawn(wait_for_cancellation(&cancelled));
    group.spawn(fail_after_turns(2, "the reason"));
    group.spawn(wait_for_cancellation(&cancelled));
    std::string reason;
    try {
        co_await group.join();
    } catch (const std::runtime_error& error) {
        reason = error.what();
    }
    EXPECT_EQ(reason, "the reason");
    EXPECT_EQ(cancelled, 2);
    EXPECT_TRUE(group.empty());
    EXPECT_TRUE(group.other_errors().empty());
}

CO_TEST(TaskGroup, KeepsTheErrorsAfterTheFirst) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    auto fail_when_cancelled = []() -> Task<> {
        try {
            co_await sleep_for(1h);
        } catch (const std::system_error&) {
            throw std::logic_error("failed while being cancelled");
        }
    };
    group.spawn(fail_when_cancelled());
    group.spawn(fail_after_turns(1, "first"));
    co_await yield(10);  // all have failed before anybody joins
    EXPECT_TRUE(group.empty());
    const bool failed = co_await throws<std::runtime_error>(group.join());
    EXPECT_TRUE(failed);
    CO_ASSERT(group.other_errors().size() == 1);
    EXPECT_THROW(std::rethrow_exception(group.other_errors()[0]), std::logic_error);
}

CO_TEST(TaskGroup, CanBeUsedAgainAfterAFailure) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    group.spawn(fail_after_turns(0, "once"));
    const bool failed = co_await throws<std::runtime_error>(group.join());
    EXPECT_TRUE(failed);
    EXPECT_FALSE(group.is_cancelled());
    bool done = false;
    group.spawn(set_after_turns(2, &done));
    co_await group.join();
    EXPECT_TRUE(done);
}

CO_TEST(TaskGroup, CancelEndsAllChildrenAndIsNoFailure) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    int cancelled = 0;
    for (int i = 0; i < 3; ++i) group.spawn(wait_for_cancellation(&cancelled));
    group.cancel();
    EXPECT_EQ(group.size(), 3u);  // they end in later turns of the loop
    co_await group.join();
    EXPECT_EQ(cancelled, 3);
}

CO_TEST(TaskGroup, ChildOfACancelledGroupBeginsCancelled) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    group.cancel();
    bool done = false;
    group.spawn(set_after_turns(0, &done));
    EXPECT_FALSE(done);
    co_await group.join();
    EXPECT_FALSE(done);
}

CO_TEST(TaskGroup, AbortedOperationWithoutCancellationIsAFailure) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    auto aborted = []() -> Task<> {
        co_await yield();
        throw_cancelled();
    };
    group.spawn(aborted());
    const bool failed = co_await throws<std::system_error>(group.join());
    EXPECT_TRUE(failed);
}

CO_TEST(TaskGroup, ErrorHandlerMakesChildrenIndependent) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    int failures = 0;
    group.on_error([&failures](const std::exception_ptr& error) {
        EXPECT_THROW(std::rethrow_exception(error), std::runtime_error);
        ++failures;
    });
    bool done = false;
    group.spawn(fail_after_turns(0, "one"));
    group.spawn(set_after_turns(5, &done));
    group.spawn(fail_after_turns(2, "two"));
    co_await group.join();
    EXPECT_EQ(failures, 2);
    EXPECT_TRUE(done);
}

CO_TEST(TaskGroup, WhatTheErrorHandlerThrowsFailsTheGroup) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    group.on_error([](const std::exception_ptr&) { throw std::logic_error("handler"); });
    int cancelled = 0;
    group.spawn(wait_for_cancellation(&cancelled));
    group.spawn(fail_after_turns(1, "child"));
    const bool failed = co_await throws<std::logic_error>(group.join());
    EXPECT_TRUE(failed);
    EXPECT_EQ(cancelled, 1);
}

CO_TEST(TaskGroup, ChildMaySpawnSiblingsWhichJoinWaitsFor) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    bool done = false;
    auto parent = [](TaskGroup& g, bool* flag) -> Task<> {
        co_await yield();
        g.spawn(set_after_turns(4, flag));
    };
    group.spawn(parent(group, &done));
    co_await group.join();
    EXPECT_TRUE(done);
}

CO_TEST(TaskGroup, ChildMayCancelItsOwnGroup) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    int cancelled = 0;
    bool passed = false;
    auto canceller = [](TaskGroup& g, bool* flag) -> Task<> {
        co_await yield();
        g.cancel();
        co_await yield();
        *flag = true;
    };
    group.spawn(wait_for_cancellation(&cancelled));
    group.spawn(canceller(group, &passed));
    co_await group.join();
    EXPECT_EQ(cancelled, 1);
    EXPECT_FALSE(passed);
}

CO_TEST(TaskGroup, ArgumentsAreDestroyedWhenJoinReturns) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    auto witness = std::make_shared<int>(0);
    auto child = [witness](const std::shared_ptr<int>) -> Task<> { co_await yield(2); };
    group.spawn(child, witness);
    EXPECT_GE(witness.use_count(), 4);
    co_await group.join();
    EXPECT_EQ(witness.use_count(), 2);
}

TEST(TaskGroup, LoopDestroyedWithRunningChildrenDestroysThem) {
    auto witness = std::make_shared<int>(0);
    {
        asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
        TaskGroup group(loop.get_executor());
        auto sleeper = [](std::shared_ptr<int>) -> Task<> { co_await sleep_for(1h); };
        auto waiter = [](std::shared_ptr<int>) -> Task<> {
            Event never;
            co_await never.wait();
        };
        auto nested = [](std::shared_ptr<int> w) -> Task<> {
            auto body = [](TaskGroup& inner, std::shared_ptr<int> kept) -> Task<> {
                inner.spawn(sleep_for(1h));
                const auto held = kept;
                co_await sleep_for(1h);
            };
            auto bound = [&](TaskGroup& inner) { return body(inner, w); };
            co_await with_task_group(bound);
        };
        group.spawn(sleeper(witness));
        group.spawn(waiter(witness));
        group.spawn(nested(witness));
        loop.run_for(1ms);
        loop.stop();
        EXPECT_GT(witness.use_count(), 1);
    }
    EXPECT_EQ(witness.use_count(), 1);
}

TEST(TaskGroupDeathTest, DestroyingAGroupWithRunningChildrenEndsTheProgram) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    auto careless = []() -> Task<> {
        const LoopExecutor executor = co_await asio::this_coro::executor;
        TaskGroup group(executor);
        group.spawn(sleep_for(1h));
    };
    EXPECT_DEATH(test::run_on_loop(careless()), "TaskGroup was destroyed while 1 of its tasks");
}

CO_TEST(WithTaskGroup, WaitsForTheChildrenOfItsBody) {
    bool first = false;
    bool second = false;
    auto body = [&](TaskGroup& group) -> Task<> {
        group.spawn(set_after_turns(1, &first));
        group.spawn(set_after_turns(3, &second));
        co_return;
    };
    co_await with_task_group(body);
    EXPECT_TRUE(first);
    EXPECT_TRUE(second);
}

CO_TEST(WithTaskGroup, ThrowingBodyCancelsTheChildren) {
    int cancelled = 0;
    auto body = [&](TaskGroup& group) -> Task<> {
        group.spawn(wait_for_cancellation(&cancelled));
        co_await yield();
        throw std::runtime_error("body");
    };
    const bool failed = co_await throws<std::runtime_error>(with_task_group(body));
    EXPECT_TRUE(failed);
    EXPECT_EQ(cancelled, 1);
}

CO_TEST(WithTaskGroup, FailingChildCancelsTheBody) {
    int cancelled = 0;
    auto body = [&](TaskGroup& group) -> Task<> {
        group.spawn(fail_after_turns(2, "child"));
        co_await wait_for_cancellation(&cancelled);
    };
    const bool failed = co_await throws<std::runtime_error>(with_task_group(body));
    EXPECT_TRUE(failed);
    EXPECT_EQ(cancelled, 1);
}

}  // namespace
}  // namespace indrik
