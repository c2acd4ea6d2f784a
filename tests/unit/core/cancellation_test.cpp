// The rules of framework/docs/cancellation.md, by their numbers, and its snippets.
#include "indrik/core/cancellation.hpp"

#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>

#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>

#include "indrik/core/gather.hpp"
#include "indrik/core/loop_timer.hpp"
#include "indrik/core/operation.hpp"
#include "indrik/core/race.hpp"
#include "indrik/core/shield.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/core/sync.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/core/thread_executor.hpp"
#include "indrik/core/timeout.hpp"
#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

using namespace std::chrono_literals;
using test::throws;
using test::yield;

/// Notes in a log when it is destroyed.
struct Witness {
    std::string* log;
    char letter;
    ~Witness() { *log += letter; }
};

/// What the snippets wait for: nothing, an item, or a failure.
struct Feed {
    Event event;
    int failures_left = 0;
    int item = 0;

    Task<> next() {
        if (failures_left > 0) {
            --failures_left;
            throw std::system_error(std::make_error_code(std::errc::connection_reset));
        }
        co_await event.wait();
    }
};

struct Ledger {
    std::string state = "untouched";

    Task<> write() {
        state = "half written";
        co_await sleep_for(1h);
        state = "written";
    }
};

Task<> roll_back(Ledger& ledger) {
    co_await yield(2);
    ledger.state = "rolled back";
}

Task<> add_next(Feed& feed, int* sum) {
    co_await feed.next();
    *sum += feed.item;
}

// --- the snippets of the page, word for word -----------------------------------------------------------------------------

Task<> poll_forever(Feed& feed, int* failures) {
    for (;;) {
        try {
            co_await feed.next();
        } catch (const std::system_error& error) {
            if (is_cancelled(error)) throw;
            ++*failures;
        }
    }
}

Task<> transfer(TaskGroup& keeper, Ledger& ledger) {
    bool done = false;
    try {
        co_await ledger.write();
        done = true;
    } catch (const std::system_error&) {
    }
    if (!done) {
        co_await shield(keeper, roll_back, std::ref(ledger));
    }
}

Task<std::string> page_or_nothing(Feed& feed) {
    try {
        co_await with_timeout(5ms, feed.next());
    } catch (const TimeoutError&) {
        co_return "nothing";
    }
    co_return "page";
}

Task<int> sum_of_two(Feed& feed) {
    int sum = 0;
    auto body = [&](TaskGroup& group) -> Task<> {
        group.spawn(add_next, std::ref(feed), &sum);
        group.spawn(add_next, std::ref(feed), &sum);
        co_return;
    };
    co_await with_task_group(body);
    co_return sum;
}

// --- the rules -----------------------------------------------------------------------------------------------------------

CO_TEST(CancellationRules, Rule01StrikesOnlyAtAnAwait) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    std::string log;
    auto task = [&]() -> Task<> {
        log += "a";
        group.cancel();
        log += "b";  // still undisturbed
        co_await yield();
        log += "c";
    };
    group.spawn(task);
    group.spawn(task);  // cancelled before it began
    co_await group.join();
    EXPECT_EQ(log, "ab");
}

CO_TEST(CancellationRules, Rule02IsASystemErrorWithOperationAborted) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    Feed feed;
    feed.failures_left = 2;
    int failures = 0;
    group.spawn(poll_forever, std::ref(feed), &failures);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(failures, 2);
    EXPECT_TRUE(is_cancelled(std::system_error(asio::error::operation_aborted)));
    EXPECT_FALSE(is_cancelled(std::system_error(asio::error::eof)));
    EXPECT_FALSE(is_cancelled(std::make_exception_ptr(std::runtime_error("x"))));
    EXPECT_FALSE(is_cancelled(std::make_exception_ptr(1)));
}

CO_TEST(CancellationRules, Rule03IsForGood) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    int refused = 0;
    auto task = [&]() -> Task<> {
        for (int i = 0; i < 3; ++i) {
            try {
                co_await sleep_for(1h);
            } catch (...) {
                ++refused;
            }
        }
    };
    group.spawn(task);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(refused, 3);
}

CO_TEST(CancellationRules, Rule04FinishedWaitKeepsItsValue) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    Event event;
    Lock lock;
    std::string log;
    auto task = [&]() -> Task<> {
        const Permit permit = co_await lock.acquire();
        co_await event.wait();
        log += "finished";
        co_await yield();
        log += " went on";
    };
    group.spawn(task);
    event.set();  // the wait is over, the task has not resumed yet
    group.cancel();
    co_await group.join();
    EXPECT_EQ(log, "finished");
    EXPECT_FALSE(lock.is_locked());
}

CO_TEST(CancellationRules, Rule05DestructorsCleanUp) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    std::string log;
    auto inner = [&log]() -> Task<> {
        const Witness first{&log, 'b'};
        const Witness second{&log, 'a'};
        co_await sleep_for(1h);
    };
    auto outer = [&]() -> Task<> {
        const Witness local{&log, 'c'};
        co_await inner();
    };
    group.spawn(outer);
    group.cancel();
    EXPECT_EQ(log, "");
    co_await group.join();
    EXPECT_EQ(log, "abc");
}

CO_TEST(CancellationRules, Rule06CleaningUpThatWaitsIsHandedOver) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup keeper(executor);
    TaskGroup group(executor);
    Ledger ledger;
    group.spawn(transfer, std::ref(keeper), std::ref(ledger));
    EXPECT_EQ(ledger.state, "half written");
    group.cancel();
    co_await group.join();
    co_await keeper.join();
    EXPECT_EQ(ledger.state, "rolled back");
}

CO_TEST(CancellationRules, Rule07FlowsDownAndWaits) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    std::string log;
    auto child = [&log](char letter, int* local) -> Task<> {
        const Witness witness{&log, letter};
        try {
            co_await sleep_for(1h);
        } catch (const std::system_error&) {
            ++*local;
            throw;
        }
    };
    auto parent = [&]() -> Task<> {
        int local = 0;
        const Witness witness{&log, '.'};
        auto body = [&](TaskGroup& inner) -> Task<> {
            inner.spawn(child, 'a', &local);
            auto race_of_two = race(child('b', &local), child('c', &local));
            co_await with_timeout(1h, gather(std::move(race_of_two), child('d', &local)));
        };
        try {
            co_await with_task_group(body);
        } catch (const std::system_error&) {
            log += std::to_string(local);
        }
    };
    group.spawn(parent);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(log.size(), 6u) << log;
    EXPECT_EQ(log.substr(4), "4.");
}

CO_TEST(CancellationRules, Rule08FailureCancelsTheSiblings) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    std::string log;
    auto sibling = [&log]() -> Task<> {
        const Witness witness{&log, 's'};
        co_await sleep_for(1h);
    };
    auto failing = []() -> Task<> {
        co_await yield();
        throw std::runtime_error("x");
    };
    group.spawn(sibling);
    group.spawn(failing);
    const bool failed = co_await throws<std::runtime_error>(group.join());
    EXPECT_TRUE(failed);
    EXPECT_EQ(log, "s");
    EXPECT_TRUE(group.other_errors().empty());  // the sibling's cancellation is no failure
}

CO_TEST(CancellationRules, Rule09TimeoutIsNoCancellation) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Feed feed;
    const std::string late = co_await page_or_nothing(feed);
    EXPECT_EQ(late, "nothing");
    TaskGroup group(executor);
    std::string cancelled = "unset";
    auto task = [&]() -> Task<> { cancelled = co_await page_or_nothing(feed); };
    group.spawn(task);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(cancelled, "unset");
    feed.event.set();
    const std::string in_time = co_await page_or_nothing(feed);
    EXPECT_EQ(in_time, "page");
}

CO_TEST(CancellationRules, Rule10ShieldKeepsItOut) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup keeper(executor);
    TaskGroup group(executor);
    Event go;
    std::string log;
    auto work = [&]() -> Task<> {
        const Witness witness{&log, 'w'};
        co_await go.wait();
        log += "done ";
    };
    auto waiter = [&]() -> Task<> { co_await shield(keeper, work); };
    group.spawn(waiter);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(log, "");
    go.set();
    co_await keeper.join();
    EXPECT_EQ(log, "done w");
    go.clear();
    group.spawn(waiter);
    keeper.cancel();
    const bool ended = co_await throws<std::system_error>(group.join());
    EXPECT_TRUE(ended);
    co_await keeper.join();
    EXPECT_EQ(log, "done ww");
}

CO_TEST(CancellationRules, Rule11GroupOfACoroutineIsMadeByWithTaskGroup) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Feed feed;
    feed.item = 21;
    feed.event.set();
    const int sum = co_await sum_of_two(feed);
    EXPECT_EQ(sum, 42);
    feed.event.clear();
    TaskGroup group(executor);
    int cancelled_sum = -1;
    auto task = [&]() -> Task<> { cancelled_sum = co_await sum_of_two(feed); };
    group.spawn(task);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(cancelled_sum, -1);
}

CO_TEST(CancellationRules, Rule12EventAndLockLetACancelledTaskGo) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    TaskGroup other(executor);
    Lock lock;
    std::string log;
    auto task = [&](char letter) -> Task<> {
        const Permit locked = co_await lock.acquire();
        log += letter;
    };
    {
        const Permit locked = co_await lock.acquire();
        group.spawn(task, 'x');
        other.spawn(task, 'y');
        group.cancel();
        co_await group.join();
    }
    co_await other.join();
    EXPECT_EQ(log, "y");
    EXPECT_FALSE(lock.is_locked());
}

CO_TEST(CancellationRules, Rule13ThreadCannotBeStopped) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ThreadPoolExecutor pool(executor);
    TaskGroup group(executor);
    int result = 0;
    auto task = [&]() -> Task<> {
        auto job = [] { return 5; };
        result = co_await run_in_executor(pool, job);
        co_await yield();
        result = -1;
    };
    group.spawn(task);
    // Begun or not: either dropped, or waited for with its value kept; the next await throws in both cases.
    group.cancel();
    co_await group.join();
    EXPECT_TRUE(result == 0 || result == 5);
    EXPECT_EQ(pool.jobs(), 0u);
}

using Socket = asio::basic_stream_socket<asio::local::stream_protocol, LoopExecutor>;

CO_TEST(CancellationRules, Rule14ClosedSocketEndsTheWaitOfItsTask) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Socket near(executor);
    Socket far(executor);
    asio::local::connect_pair(near, far);
    TaskGroup group(executor);
    std::error_code error;
    auto task = [&]() -> Task<> {
        auto wait = [&](auto handler) { near.async_wait(Socket::wait_read, std::move(handler)); };
        co_await operation(wait, error);
    };
    group.spawn(task);
    near.close();
    group.cancel();  // the wait has ended already, its task has not resumed yet
    co_await group.join();
    EXPECT_TRUE(is_cancelled(error));
}

TEST(CancellationRules, Rule15LoopThatGoesRunsDestructorsOnly) {
    std::string log;
    {
        asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
        TaskGroup group(loop.get_executor());
        auto task = [&log]() -> Task<> {
            const Witness witness{&log, 'w'};
            try {
                co_await sleep_for(1h);
            } catch (...) {
                log += "never";
            }
        };
        group.spawn(task);
        loop.poll();
        loop.stop();
    }
    EXPECT_EQ(log, "w");
}

// --- the page ------------------------------------------------------------------------------------------------------------

std::string read_file(const char* path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

TEST(CancellationPage, HasATestForEachRule) {
    const std::string page = read_file(INDRIK_CANCELLATION_PAGE);
    const std::string source = read_file(INDRIK_CANCELLATION_TEST);
    int rules = 0;
    while (page.find("\n**" + std::to_string(rules + 1) + ". ") != std::string::npos) {
        ++rules;
        const std::string number = (rules < 10 ? "0" : "") + std::to_string(rules);
        EXPECT_NE(source.find("CancellationRules, Rule" + number), std::string::npos) << number;
    }
    EXPECT_GE(rules, 15);
}

}  // namespace
}  // namespace indrik
