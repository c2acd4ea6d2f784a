#include "indrik/core/timeout.hpp"

#include <memory>
#include <string>
#include <system_error>

#include "indrik/core/sleep.hpp"
#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

using namespace std::chrono_literals;
using test::throws;
using test::yield;

Task<std::unique_ptr<int>> answer(int turns) {
    co_await yield(turns);
    co_return std::make_unique<int>(42);
}

Task<int> sleep_and_answer(bool* cancelled) {
    try {
        co_await sleep_for(1h);
    } catch (const std::system_error& error) {
        *cancelled = is_cancelled(error);
        throw;
    }
    co_return 42;
}

CO_TEST(WithTimeout, ReturnsTheValueOfATaskThatEndsInTime) {
    const auto value = co_await with_timeout(5s, answer(3));
    EXPECT_EQ(*value, 42);
    co_await with_timeout(5s, yield());
}

CO_TEST(WithTimeout, CancelsTheTaskAndThrowsTimeoutError) {
    bool cancelled = false;
    std::string message;
    try {
        co_await with_timeout(2ms, sleep_and_answer(&cancelled));
    } catch (const TimeoutError& error) {
        message = error.what();
        EXPECT_EQ(error.limit(), 2ms);
    }
    EXPECT_EQ(message, "timed out after 0.002 s");
    EXPECT_TRUE(cancelled);
}

CO_TEST(WithTimeout, ThrowsWhatTheTaskThrows) {
    auto fail = []() -> Task<int> {
        co_await yield();
        throw std::logic_error("own");
    };
    const bool failed = co_await throws<std::logic_error>(with_timeout(5s, fail()));
    EXPECT_TRUE(failed);
}

CO_TEST(WithTimeout, TaskThatFailsWhenCancelledHasItsOwnError) {
    auto fail = []() -> Task<> {
        try {
            co_await sleep_for(1h);
        } catch (const std::system_error&) {
            throw std::logic_error("own");
        }
    };
    const bool failed = co_await throws<std::logic_error>(with_timeout(1ms, fail()));
    EXPECT_TRUE(failed);
}

CO_TEST(WithTimeout, TaskThatReturnsWhenCancelledKeepsItsValue) {
    auto stubborn = []() -> Task<int> {
        try {
            co_await sleep_for(1h);
        } catch (const std::system_error&) {
        }
        co_return 7;
    };
    const int value = co_await with_timeout(1ms, stubborn());
    EXPECT_EQ(value, 7);
}

CO_TEST(WithTimeout, NoTimeStillLetsTheTaskRunToItsFirstWait) {
    auto ready = []() -> Task<int> { co_return 1; };
    const int value = co_await with_timeout(0s, ready());
    EXPECT_EQ(value, 1);
    bool cancelled = false;
    const bool timed_out =
        co_await throws<TimeoutError>(with_timeout(-1s, sleep_and_answer(&cancelled)));
    EXPECT_TRUE(timed_out);
    EXPECT_TRUE(cancelled);
}

CO_TEST(WithTimeout, OuterCancellationIsNoTimeout) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    bool cancelled = false;
    bool saw_timeout = false;
    auto outer = [&]() -> Task<> {
        saw_timeout = co_await throws<TimeoutError>(with_timeout(1h, sleep_and_answer(&cancelled)));
    };
    group.spawn(outer);
    co_await yield();
    group.cancel();
    co_await group.join();
    EXPECT_TRUE(cancelled);
    EXPECT_FALSE(saw_timeout);
}

CO_TEST(WithTimeout, InnerOfTwoLimitsIsTheOneThatSpeaks) {
    bool cancelled = false;
    std::chrono::nanoseconds limit{0};
    auto inner = with_timeout(1ms, sleep_and_answer(&cancelled));
    try {
        co_await with_timeout(1h, std::move(inner));
    } catch (const TimeoutError& error) {
        limit = error.limit();
    }
    EXPECT_EQ(limit, 1ms);
    limit = 0ns;
    auto patient = with_timeout(1h, sleep_and_answer(&cancelled));
    try {
        co_await with_timeout(2ms, std::move(patient));
    } catch (const TimeoutError& error) {
        limit = error.limit();
    }
    EXPECT_EQ(limit, 2ms);
}

}  // namespace
}  // namespace indrik
