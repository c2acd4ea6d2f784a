#include "indrik/core/detail/waiter.hpp"

#include "indrik/core/task_group.hpp"
#include "tests/support/co_test.hpp"

namespace indrik::detail {
namespace {

using test::yield;

CO_TEST(Waiter, ResumesInALaterTurnThanTheWake) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    Waiter waiter;
    bool resumed = false;
    auto task = [&]() -> Task<> {
        co_await waiter.suspend();
        resumed = true;
    };
    group.spawn(task);
    EXPECT_TRUE(waiter.is_waiting());
    waiter.wake();
    EXPECT_FALSE(waiter.is_waiting());
    EXPECT_FALSE(resumed);
    co_await group.join();
    EXPECT_TRUE(resumed);
    EXPECT_FALSE(waiter.was_cancelled());
}

CO_TEST(Waiter, WakeBeforeThePauseIsNotLost) {
    Waiter waiter;
    waiter.wake();
    waiter.wake();
    co_await waiter.suspend();
    EXPECT_FALSE(waiter.was_cancelled());
}

CO_TEST(Waiter, CanBeUsedAgain) {
    Waiter waiter;
    for (int i = 0; i < 3; ++i) {
        waiter.wake();
        co_await waiter.suspend();
    }
}

CO_TEST(Waiter, LeavesItsListWhenItIsWokenOrCancelled) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    IntrusiveList<Waiter> waiters;
    int cancelled = 0;
    auto task = [&]() -> Task<> {
        Waiter waiter;
        waiters.push_back(waiter);
        co_await waiter.suspend();
        if (waiter.was_cancelled()) ++cancelled;
    };
    group.spawn(task);
    group.spawn(task);
    waiters.front().wake();
    EXPECT_FALSE(waiters.empty());
    group.cancel();
    EXPECT_TRUE(waiters.empty());
    co_await group.join();
    EXPECT_EQ(cancelled, 1);
}

TEST(Waiter, KeepsTheLoopRunning) {
    asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
    TaskGroup group(loop.get_executor());
    Waiter waiter;
    auto task = [&]() -> Task<> { co_await waiter.suspend(); };
    group.spawn(task);
    loop.poll();
    EXPECT_FALSE(loop.stopped());
    waiter.wake();
    loop.run();
    EXPECT_TRUE(group.empty());
}

}  // namespace
}  // namespace indrik::detail
