#include "indrik/core/shield.hpp"

#include <stdexcept>
#include <string>

#include "indrik/core/sleep.hpp"
#include "indrik/core/sync.hpp"
#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

using namespace std::chrono_literals;
using test::throws;
using test::yield;

Task<std::string> write_after(Event& go, std::string text) {
    co_await go.wait();
    co_return text + " written";
}

CO_TEST(Shield, ReturnsTheValueOfTheWork) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup keeper(executor);
    Event go;
    go.set();
    const std::string text = co_await shield(keeper, write_after, std::ref(go), std::string("a"));
    EXPECT_EQ(text, "a written");
    co_await keeper.join();
}

CO_TEST(Shield, ThrowsWhatTheWorkThrows) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup keeper(executor);
    auto fail = []() -> Task<int> {
        co_await yield();
        throw std::runtime_error("work");
    };
    const bool failed = co_await throws<std::runtime_error>(shield(keeper, fail));
    EXPECT_TRUE(failed);
    co_await keeper.join();
}

CO_TEST(Shield, WorkGoesOnWhenItsWaiterIsCancelled) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup keeper(executor);
    TaskGroup group(executor);
    Event go;
    std::string written;
    auto work = [&]() -> Task<> { written = co_await write_after(go, "b"); };
    auto waiter = [&]() -> Task<> { co_await shield(keeper, work); };
    group.spawn(waiter);
    co_await yield();
    group.cancel();
    co_await group.join();
    EXPECT_EQ(keeper.size(), 1u);
    go.set();
    co_await keeper.join();
    EXPECT_EQ(written, "b written");
}

CO_TEST(Shield, FailureOfAbandonedWorkIsTheGroups) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup keeper(executor);
    TaskGroup group(executor);
    Event go;
    auto work = [&]() -> Task<> {
        co_await go.wait();
        throw std::runtime_error("work");
    };
    auto waiter = [&]() -> Task<> { co_await shield(keeper, work); };
    group.spawn(waiter);
    group.cancel();
    co_await group.join();
    go.set();
    const bool failed = co_await throws<std::runtime_error>(keeper.join());
    EXPECT_TRUE(failed);
}

CO_TEST(Shield, CancelledTaskCanStillStartWork) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup keeper(executor);
    TaskGroup group(executor);
    bool cleaned = false;
    auto clean = [&]() -> Task<> {
        co_await yield(2);
        cleaned = true;
    };
    auto task = [&]() -> Task<> {
        try {
            co_await sleep_for(1h);
        } catch (const std::system_error&) {
        }
        co_await shield(keeper, clean);
        ADD_FAILURE() << "a cancelled task waited";
    };
    group.spawn(task);
    group.cancel();
    co_await group.join();
    co_await keeper.join();
    EXPECT_TRUE(cleaned);
}

CO_TEST(Shield, InACancelledGroupThrowsInsteadOfWaitingForEver) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup keeper(executor);
    keeper.cancel();
    const bool cancelled = co_await throws<std::system_error>(shield(keeper, sleep_for, 1h));
    EXPECT_TRUE(cancelled);
    co_await keeper.join();
}

}  // namespace
}  // namespace indrik
