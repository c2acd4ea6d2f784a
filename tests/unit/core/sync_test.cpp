#include "indrik/core/sync.hpp"

#include <optional>
#include <string>

#include "indrik/core/sleep.hpp"
#include "indrik/core/task_group.hpp"
#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

using test::throws;
using test::yield;

Task<> note_event(Event& event, int* count) {
    co_await event.wait();
    ++*count;
}

Task<> hold(Semaphore& semaphore, Event& release, std::string* log, char letter) {
    const Permit permit = co_await semaphore.acquire();
    *log += letter;
    co_await release.wait();
}

CO_TEST(Event, LetsEverybodyThroughWhenSetAndAllLaterComers) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    Event event;
    int count = 0;
    for (int i = 0; i < 3; ++i) group.spawn(note_event, std::ref(event), &count);
    co_await yield(2);
    EXPECT_EQ(count, 0);
    event.set();
    group.spawn(note_event, std::ref(event), &count);
    EXPECT_EQ(count, 1);
    co_await group.join();
    EXPECT_EQ(count, 4);
}

CO_TEST(Event, ClearedEventStopsThoseWhoComeAfter) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    Event event;
    event.set();
    EXPECT_TRUE(event.is_set());
    event.clear();
    int count = 0;
    group.spawn(note_event, std::ref(event), &count);
    co_await yield(3);
    EXPECT_EQ(count, 0);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(count, 0);
}

CO_TEST(Event, CancelledWaiterLeavesTheOthersAlone) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    TaskGroup other(executor);
    Event event;
    int count = 0;
    group.spawn(note_event, std::ref(event), &count);
    other.spawn(note_event, std::ref(event), &count);
    group.cancel();
    co_await group.join();
    event.set();
    co_await other.join();
    EXPECT_EQ(count, 1);
}

CO_TEST(Semaphore, LetsInAsManyAsItHasPermitsInOrder) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    Semaphore semaphore(2);
    Event release;
    std::string log;
    for (const char letter : {'a', 'b', 'c', 'd'}) {
        group.spawn(hold, std::ref(semaphore), std::ref(release), &log, letter);
    }
    co_await yield(2);
    EXPECT_EQ(log, "ab");
    EXPECT_EQ(semaphore.available(), 0u);
    EXPECT_EQ(semaphore.waiting(), 2u);
    release.set();
    co_await group.join();
    EXPECT_EQ(log, "abcd");
    EXPECT_EQ(semaphore.available(), 2u);
}

CO_TEST(Semaphore, PermitGrantedToACancelledTaskIsGivenBack) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    Semaphore semaphore(1);
    Event release;
    std::string log;
    {
        const Permit permit = co_await semaphore.acquire();
        group.spawn(hold, std::ref(semaphore), std::ref(release), &log, 'x');
        co_await yield();
    }
    group.cancel();  // after the permit was handed over, before the task has resumed
    co_await group.join();
    EXPECT_EQ(log, "x");
    EXPECT_EQ(semaphore.available(), 1u);
}

CO_TEST(Semaphore, CancelledWaiterLosesItsPlace) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    Semaphore semaphore(1);
    Event release;
    std::string log;
    std::optional<Permit> permit = co_await semaphore.acquire();
    group.spawn(hold, std::ref(semaphore), std::ref(release), &log, 'x');
    EXPECT_EQ(semaphore.waiting(), 1u);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(semaphore.waiting(), 0u);
    permit.reset();
    EXPECT_EQ(semaphore.available(), 1u);
    EXPECT_EQ(log, "");
}

CO_TEST(Lock, HoldsAcrossAwaits) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    Lock lock;
    std::string log;
    auto critical = [&](char letter) -> Task<> {
        const Permit locked = co_await lock.acquire();
        log += letter;
        co_await yield(3);
        log += letter;
    };
    for (const char letter : {'a', 'b', 'c'}) group.spawn(critical, letter);
    EXPECT_TRUE(lock.is_locked());
    co_await group.join();
    EXPECT_EQ(log, "aabbcc");
    EXPECT_FALSE(lock.is_locked());
}

}  // namespace
}  // namespace indrik
