#pragma once
// A deadline around any task.
//
//   auto page = co_await with_timeout(5s, fetch(url));     // throws TimeoutError after five seconds

#include <chrono>
#include <memory>
#include <stdexcept>
#include <utility>

#include "indrik/core/detail/outcome.hpp"
#include "indrik/core/task.hpp"
#include "indrik/core/task_group.hpp"

namespace indrik {

/// The task did not end in time and was cancelled.
class TimeoutError : public std::runtime_error {
public:
    explicit TimeoutError(std::chrono::nanoseconds limit);
    /// How long the task was given.
    std::chrono::nanoseconds limit() const { return limit_; }

private:
    std::chrono::nanoseconds limit_;
};

namespace detail {

/// Cancels a group when its time has come, unless destroyed before.
class Alarm {
public:
    Alarm(TaskGroup& group, std::chrono::steady_clock::duration duration);
    Alarm(const Alarm&) = delete;
    ~Alarm();
    bool has_rung() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace detail

/// Awaits `task`; if it does not end within `duration`, cancels it, waits until it has ended, and
/// throws TimeoutError. A task that ends with a value or an error of its own although its time is
/// up has that outcome. A limit of zero or less still lets the task run to its first wait.
/// Cancellation: reaches the task; with_timeout then throws the cancellation, not TimeoutError.
template <class T>
Task<T> with_timeout(std::chrono::steady_clock::duration duration, Task<T> task) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    detail::Outcome<T> outcome;
    bool timed_out = false;
    {
        TaskGroup group(executor);
        detail::Joiner joiner(group);
        detail::Alarm alarm(group, duration);
        group.spawn(detail::store_outcome(std::move(task), &outcome));
        co_await joiner.wait();
        timed_out = alarm.has_rung() && !joiner.is_cancelled();
    }
    if (timed_out && outcome.is_cancelled()) throw TimeoutError(duration);
    co_return outcome.take();
}

}  // namespace indrik
