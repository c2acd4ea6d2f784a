#include "indrik/net/handshake_budget.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/task_group.hpp"
#include "tests/support/co_test.hpp"

namespace indrik::net {
namespace {

Task<> enter(HandshakeBudget& budget, std::vector<int>* entered, int number) {
    co_await budget.enter();
    entered->push_back(number);
}

CO_TEST(HandshakeBudget, LetsSoManyThroughInATurnAndTheOthersInOrder) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    HandshakeBudget budget(executor, 5);
    std::vector<int> entered;
    TaskGroup group(executor);
    for (int i = 0; i < 12; ++i) group.spawn(enter(budget, &entered, i));
    EXPECT_EQ(entered.size(), 5u);
    EXPECT_EQ(budget.waiting(), 7u);
    std::size_t known = entered.size();
    while (known < 12) {
        co_await test::yield();
        EXPECT_LE(entered.size(), known + 5);
        known = entered.size();
    }
    co_await group.join();
    const std::vector<int> in_order{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    EXPECT_EQ(entered, in_order);
}

CO_TEST(HandshakeBudget, NobodyOvertakesThoseWhoWait) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    HandshakeBudget budget(executor, 1);
    std::vector<int> entered;
    TaskGroup group(executor);
    for (int i = 0; i < 3; ++i) group.spawn(enter(budget, &entered, i));
    co_await test::yield();
    group.spawn(enter(budget, &entered, 3));
    co_await group.join();
    const std::vector<int> in_order{0, 1, 2, 3};
    EXPECT_EQ(entered, in_order);
}

CO_TEST(HandshakeBudget, IsFreshInALaterTurn) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    HandshakeBudget budget(executor, 2);
    std::vector<int> entered;
    TaskGroup group(executor);
    for (int turn = 0; turn < 3; ++turn) {
        entered.clear();
        group.spawn(enter(budget, &entered, 0));
        group.spawn(enter(budget, &entered, 1));
        EXPECT_EQ(entered.size(), 2u);
        co_await test::yield(2);
    }
    co_await group.join();
}

CO_TEST(HandshakeBudget, WhoIsCancelledLeavesTheQueue) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    HandshakeBudget budget(executor, 1);
    std::vector<int> entered;
    TaskGroup staying(executor);
    TaskGroup leaving(executor);
    leaving.on_error([](const std::exception_ptr& error) { EXPECT_TRUE(is_cancelled(error)); });
    staying.spawn(enter(budget, &entered, 0));
    leaving.spawn(enter(budget, &entered, 1));
    staying.spawn(enter(budget, &entered, 2));
    leaving.cancel();
    co_await staying.join();
    co_await leaving.join();
    const std::vector<int> stayed{0, 2};
    EXPECT_EQ(entered, stayed);
    EXPECT_EQ(budget.waiting(), 0u);
}

TEST(HandshakeBudget, MayGoBeforeTheTurnEnds) {
    test::TestLoop loop;
    {
        HandshakeBudget budget(loop.executor(), 1);
        std::vector<int> entered;
        TaskGroup group(loop.executor());
        group.spawn(enter(budget, &entered, 0));
        loop.context().run_one();
        EXPECT_EQ(entered.size(), 1u);
    }
    loop.context().run();
}

}  // namespace
}  // namespace indrik::net
