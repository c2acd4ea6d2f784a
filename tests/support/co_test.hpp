#pragma once
// Tests that are coroutines: each runs on a fresh loop, under a deadline.
//
//   CO_TEST(Event, LetsEverybodyThrough) {
//       const LoopExecutor executor = co_await asio::this_coro::executor;
//       ...
//       EXPECT_TRUE(event.is_set());
//   }
//
// GoogleTest's ASSERT_ macros return, which a coroutine cannot; CO_ASSERT ends the test by an exception.

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <gtest/gtest.h>

#include "indrik/core/task.hpp"
#include "indrik/core/task_group.hpp"

namespace indrik::test {

inline constexpr std::chrono::seconds kDeadline{10};

/// A loop as a worker has it: one thread, no locks.
class TestLoop {
public:
    asio::io_context& context() { return context_; }
    LoopExecutor executor() { return context_.get_executor(); }

    /// Runs `task` until it has ended. Failures of the test: what it throws, and the deadline.
    void run(Task<> task, std::chrono::steady_clock::duration deadline = kDeadline) {
        TaskGroup group(executor());
        group.on_error([](const std::exception_ptr& error) { report(error); });
        has_ended_ = false;
        group.spawn(mark_end(std::move(task), &has_ended_));
        context_.restart();
        const auto end = std::chrono::steady_clock::now() + deadline;
        while (!has_ended_ && context_.run_one_until(end) > 0) {
        }
        if (!has_ended_ && std::chrono::steady_clock::now() < end) {
            ADD_FAILURE() << "the loop has nothing left to do, but the test waits";
        } else if (!has_ended_) {
            ADD_FAILURE() << "the test did not end within its deadline";
        }
        context_.stop();  // what is left is destroyed with the loop
    }

private:
    struct EndMark {
        bool* has_ended;
        ~EndMark() { *has_ended = true; }
    };
    static Task<> mark_end(Task<> task, bool* has_ended) {
        const EndMark mark{has_ended};
        co_await std::move(task);
    }
    static void report(const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& exception) {
            ADD_FAILURE() << "the test threw: " << exception.what();
        } catch (...) {
            ADD_FAILURE() << "the test threw something";
        }
    }

    bool has_ended_ = false;  // outlives the loop, whose destruction may write it
    asio::io_context context_{ASIO_CONCURRENCY_HINT_UNSAFE};
};

/// Runs one task on a loop of its own, and destroys the loop.
inline void run_on_loop(Task<> task) {
    TestLoop loop;
    loop.run(std::move(task));
}

/// Lets everybody run who is ready, `turns` times.
inline Task<> yield(int turns = 1) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    for (int i = 0; i < turns; ++i) {
        co_await asio::post(executor, use_task);
    }
}

/// Whether awaiting `task` throws an E.
template <class E, class T>
Task<bool> throws(Task<T> task) {
    try {
        co_await std::move(task);
    } catch (const E&) {
        co_return true;
    }
    co_return false;
}

}  // namespace indrik::test

#define CO_TEST(suite, name)                                     \
    static ::indrik::Task<> co_test_##suite##_##name();          \
    TEST(suite, name) {                                          \
        ::indrik::test::run_on_loop(co_test_##suite##_##name()); \
    }                                                            \
    static ::indrik::Task<> co_test_##suite##_##name()

#define CO_ASSERT(condition)                                                         \
    do {                                                                             \
        if (!(condition)) throw std::runtime_error("CO_ASSERT failed: " #condition); \
    } while (false)
