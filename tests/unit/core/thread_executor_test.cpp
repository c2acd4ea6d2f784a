#include "indrik/core/thread_executor.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include "indrik/core/gather.hpp"
#include "indrik/core/sleep.hpp"
#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

using namespace std::chrono_literals;
using test::throws;
using test::yield;

ThreadPoolOptions options(std::size_t threads, std::size_t queue_size, std::size_t waiting_limit) {
    ThreadPoolOptions result;
    result.threads = threads;
    result.queue_size = queue_size;
    result.waiting_limit = waiting_limit;
    return result;
}

/// A job that blocks its thread until it is let go.
class Gate {
public:
    void pass() {
        begun_.set_value();
        opened_.get_future().wait();
    }
    void open() { opened_.set_value(); }
    bool has_begun() { return begun_future_.wait_for(0s) == std::future_status::ready; }

private:
    std::promise<void> begun_;
    std::future<void> begun_future_ = begun_.get_future();
    std::promise<void> opened_;
};

Task<> until_begun(Gate& gate) {
    while (!gate.has_begun()) {
        co_await sleep_for(100us);
    }
}

CO_TEST(ThreadPoolExecutor, RunsTheFunctionOnAThreadAndReturnsItsValue) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ThreadPoolExecutor pool(executor);
    EXPECT_EQ(pool.threads(), 0u);
    auto add = [](std::unique_ptr<int> a, int b) {
        return std::pair(std::this_thread::get_id(), *a + b);
    };
    const auto result = co_await run_in_executor(pool, add, std::make_unique<int>(40), 2);
    EXPECT_EQ(result.second, 42);
    EXPECT_NE(result.first, std::this_thread::get_id());
    EXPECT_EQ(pool.threads(), 1u);
    EXPECT_EQ(pool.jobs(), 0u);
}

CO_TEST(ThreadPoolExecutor, ThrowsWhatTheFunctionThrows) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ThreadPoolExecutor pool(executor);
    auto fail = [] { throw std::out_of_range("from the thread"); };
    const bool failed = co_await throws<std::out_of_range>(run_in_executor(pool, fail));
    EXPECT_TRUE(failed);
}

CO_TEST(ThreadPoolExecutor, RunsManyJobsOnFewThreads) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ThreadPoolExecutor pool(executor, options(2, 3, 1000));
    std::vector<Task<int>> tasks;
    auto square = [](int value) { return value * value; };
    for (int i = 0; i < 200; ++i) tasks.push_back(run_in_executor(pool, square, i));
    const auto values = co_await gather(std::move(tasks));
    for (int i = 0; i < 200; ++i) EXPECT_EQ(values[static_cast<std::size_t>(i)], i * i);
    EXPECT_LE(pool.threads(), 2u);
}

CO_TEST(ThreadPoolExecutor, FullQueueMakesTasksWaitAndThenRefusesThem) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ThreadPoolExecutor pool(executor, options(1, 1, 1));
    TaskGroup group(executor);
    Gate gate;
    std::atomic<int> runs{0};
    auto count = [&runs] { ++runs; };
    auto pass = [&gate] { gate.pass(); };
    group.spawn(run_in_executor(pool, pass));
    group.spawn(run_in_executor(pool, count));  // in the queue
    group.spawn(run_in_executor(pool, count));  // waits for a place
    EXPECT_EQ(pool.jobs(), 2u);
    const bool refused = co_await throws<std::system_error>(run_in_executor(pool, count));
    EXPECT_TRUE(refused);
    gate.open();
    co_await group.join();
    EXPECT_EQ(runs, 2);
}

CO_TEST(ThreadPoolExecutor, CancellationDropsAJobThatHasNotBegun) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ThreadPoolExecutor pool(executor, options(1, 4, 4));
    TaskGroup group(executor);
    TaskGroup doomed(executor);
    Gate gate;
    std::atomic<int> runs{0};
    auto count = [&runs] { ++runs; };
    auto pass = [&gate] { gate.pass(); };
    group.spawn(run_in_executor(pool, pass));
    co_await until_begun(gate);
    doomed.spawn(run_in_executor(pool, count));
    doomed.cancel();
    co_await doomed.join();
    EXPECT_EQ(pool.jobs(), 1u);
    gate.open();
    co_await group.join();
    EXPECT_EQ(runs, 0);
}

CO_TEST(ThreadPoolExecutor, CancellationWaitsForAJobThatHasBegunAndKeepsItsValue) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ThreadPoolExecutor pool(executor, options(1, 4, 4));
    TaskGroup group(executor);
    Gate gate;
    int value = 0;
    bool went_on = false;
    auto task = [&]() -> Task<> {
        auto pass = [&gate] {
            gate.pass();
            return 5;
        };
        value = co_await run_in_executor(pool, pass);
        co_await yield();
        went_on = true;
    };
    group.spawn(task);
    co_await until_begun(gate);
    group.cancel();
    co_await yield(3);
    EXPECT_EQ(group.size(), 1u);
    gate.open();
    co_await group.join();
    EXPECT_EQ(value, 5);
    EXPECT_FALSE(went_on);
}

CO_TEST(ThreadPoolExecutor, CloseWaitsForTheJobsAndRefusesNewOnes) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ThreadPoolExecutor pool(executor, options(1, 8, 8));
    TaskGroup group(executor);
    std::atomic<int> runs{0};
    auto count = [&runs] { ++runs; };
    for (int i = 0; i < 5; ++i) group.spawn(run_in_executor(pool, count));
    co_await pool.close();
    EXPECT_EQ(runs, 5);
    EXPECT_EQ(pool.threads(), 0u);
    const bool refused = co_await throws<std::logic_error>(run_in_executor(pool, count));
    EXPECT_TRUE(refused);
    co_await group.join();
}

CO_TEST(ThreadPoolExecutor, DestroyedPoolFinishesWhatRunsAndEndsWhatWaits) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    auto pool = std::make_unique<ThreadPoolExecutor>(executor, options(1, 1, 8));
    TaskGroup group(executor);
    group.on_error([](const std::exception_ptr&) {});
    Gate gate;
    std::atomic<int> runs{0};
    int finished = 0;
    auto pass = [&] {
        gate.pass();
        ++runs;
    };
    auto count = [&runs] { ++runs; };
    auto first = [&]() -> Task<> {
        co_await run_in_executor(*pool, pass);
        ++finished;
    };
    group.spawn(first);
    group.spawn(run_in_executor(*pool, count));  // queued
    group.spawn(run_in_executor(*pool, count));  // waits for a place
    co_await until_begun(gate);
    gate.open();
    pool.reset();
    const int runs_when_destroyed = runs;  // the queued job may have begun before
    EXPECT_GE(runs_when_destroyed, 1);
    co_await group.join();
    EXPECT_EQ(finished, 1);
    EXPECT_EQ(runs, runs_when_destroyed);
}

TEST(ThreadPoolExecutor, LoopDestroyedUnderARunningJobWaitsForIt) {
    std::atomic<int> runs{0};
    Gate gate;
    std::thread opener;
    auto pass = [&] {
        gate.pass();
        ++runs;
    };
    auto count = [&runs] { ++runs; };
    auto owner = [&]() -> Task<> {
        const LoopExecutor executor = co_await asio::this_coro::executor;
        ThreadPoolExecutor pool(executor, options(1, 8, 8));
        TaskGroup group(executor);
        group.spawn(run_in_executor(pool, pass));
        group.spawn(run_in_executor(pool, count));
        co_await sleep_for(1h);
    };
    {
        asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
        TaskGroup group(loop.get_executor());
        group.spawn(owner);
        while (!gate.has_begun()) loop.poll();
        loop.stop();
        opener = std::thread([&gate] { gate.open(); });
    }
    opener.join();
    EXPECT_GE(runs, 1);  // the queued one may have begun before it was dropped
}

TEST(ThreadPoolExecutor, IdlePoolDoesNotKeepTheLoopRunning) {
    asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
    ThreadPoolExecutor pool(loop.get_executor());
    TaskGroup group(loop.get_executor());
    auto nothing = [] {};
    group.spawn(run_in_executor(pool, nothing));
    loop.run();  // returns
    EXPECT_TRUE(group.empty());
    EXPECT_EQ(pool.threads(), 1u);
}

}  // namespace
}  // namespace indrik
