#pragma once
// Blocking calls off the loop: a bounded pool of threads, and results that come back to the loop.
//
//   ThreadPoolExecutor pool(executor);
//   const std::string text = co_await run_in_executor(pool, read_file, path);
//
// The loop takes no locks, so nothing is posted to it from a thread: finished jobs are put on a list under the pool's own
// mutex, and an eventfd that the loop watches says that there are some.

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "indrik/core/detail/outcome.hpp"
#include "indrik/core/detail/waiter.hpp"
#include "indrik/core/sync.hpp"
#include "indrik/core/task.hpp"

namespace indrik {

struct ThreadPoolOptions {
    std::size_t threads = 8;  // started one by one, as jobs come
    std::size_t queue_size =
        256;  // jobs that wait for a thread; further tasks wait for a place in the queue
    std::size_t waiting_limit = 4096;  // tasks that wait for a place; further ones are refused
};

namespace detail {
class Job;
class ThreadPool;
}  // namespace detail

/// Belongs to one loop; made after fork. Its threads take no signals.
/// Lifetime: the destructor drops queued jobs (their tasks are cancelled), and blocks until the running ones have ended.
class ThreadPoolExecutor {
public:
    explicit ThreadPoolExecutor(const LoopExecutor& executor, ThreadPoolOptions options = {});
    ThreadPoolExecutor(const ThreadPoolExecutor&) = delete;
    ~ThreadPoolExecutor();

    /// Refuses further jobs, waits for those at hand without blocking the loop, and joins the threads.
    /// Cancellation: ends the wait; the destructor does the rest.
    Task<> close();

    /// Threads started so far.
    std::size_t threads() const;
    /// Jobs that wait for a thread or run.
    std::size_t jobs() const;

private:
    friend class detail::Job;
    std::shared_ptr<detail::ThreadPool> pool_;
};

namespace detail {

/// One job, from the task's side: a local of run_in_executor, declared after what the job uses. Destroying it takes the job
/// out of the queue, or blocks until it has ended: that only happens when the loop is destroyed under it.
class Job : private Waiter {
public:
    using Run = void (*)(void* context);

    /// `run(context)` is called by a thread and does not throw.
    Job(ThreadPoolExecutor& executor, Run run, void* context);
    ~Job();

    /// Waits for a place in the queue. Errors: std::system_error (EAGAIN) when too many wait, std::logic_error when closed.
    Task<Permit> admit();
    /// Queues the job; co_await it. REQUIRES: the permit of admit() is held until the job has ended.
    Suspension submit();
    using Waiter::was_cancelled;

private:
    friend class ThreadPool;
    enum class State { Idle, Queued, Running, Done };
    struct QueueHook : ListHook {
        Job* job;
        explicit QueueHook(Job* j) : job(j) {}
    };

    static void withdraw(Waiter& self);

    std::shared_ptr<ThreadPool> pool_;
    Run run_;
    void* context_;
    QueueHook queue_hook_{this};  // this and the state are guarded by the pool's mutex
    State state_ = State::Idle;
};

}  // namespace detail

/// Calls `function(args...)` on a thread of the pool and returns its value or throws its exception on the loop. Function and
/// arguments are copied or moved, and kept until the call has ended. When the queue is full, waits for a place in it.
/// Errors: std::system_error (EAGAIN) when too many tasks wait for a place; std::logic_error when the pool is closed.
/// Cancellation: a job that has not begun is dropped. One that has begun cannot be stopped: the task waits for it, gets its
/// outcome, and is cancelled at its next co_await. Lifetime: the pool outlives the await, or its destructor ends it.
template <class Function, class... Args>
Task<std::invoke_result_t<Function&, Args...>> run_in_executor(ThreadPoolExecutor& pool,
                                                               Function function,
                                                               Args... args) {
    using Value = std::invoke_result_t<Function&, Args...>;
    detail::Outcome<Value> outcome;
    auto call = [&]() noexcept {
        try {
            if constexpr (std::is_void_v<Value>) {
                std::invoke(function, std::move(args)...);
                outcome.set_value({});
            } else {
                outcome.set_value(std::invoke(function, std::move(args)...));
            }
        } catch (...) {
            outcome.set_error(std::current_exception());
        }
    };
    detail::Job job(
        pool, [](void* context) { (*static_cast<decltype(call)*>(context))(); }, &call);
    const Permit place = co_await job.admit();
    co_await job.submit();
    if (job.was_cancelled()) throw_cancelled();
    co_return outcome.take();
}

}  // namespace indrik
