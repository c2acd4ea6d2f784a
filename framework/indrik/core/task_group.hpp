#pragma once
// Structured concurrency: tasks that run beside their parent and end before it does.
//
//   auto pages = [&](TaskGroup& group) -> Task<> {
//       group.spawn(fetch(first));
//       group.spawn(fetch(second));
//       co_return;
//   };
//   co_await with_task_group(pages);               // both have ended here; the first failure is thrown
//
// A group that is a member of a service lives longer and is closed by its owner:
//
//   TaskGroup connections_{executor};              // the last member: what the children use is above it
//   connections_.on_error([this](std::exception_ptr error) { ... });
//   connections_.spawn(serve(std::move(socket)));
//   ...
//   connections_.cancel();
//   co_await connections_.join();
//
// This is the only place of the project that starts a coroutine that nobody awaits. The rules of
// cancellation are in framework/docs/cancellation.md.

#include <cstddef>
#include <exception>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <asio/cancellation_signal.hpp>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/detail/waiter.hpp"
#include "indrik/core/intrusive_list.hpp"
#include "indrik/core/task.hpp"

namespace indrik {

class TaskGroup;

namespace detail {

/// A running child: it lives in the child's outermost coroutine frame.
class Child : public ListHook {
public:
    explicit Child(TaskGroup& group);
    Child(Child&& other) noexcept;
    ~Child();

    asio::cancellation_signal& cancellation() { return cancellation_; }

private:
    friend class indrik::TaskGroup;
    TaskGroup* group_;
    asio::cancellation_signal cancellation_;
};

/// Waits until a group is empty; cancelling the waiting task cancels the group's children, and the
/// wait goes on. Unlike TaskGroup::join() it never throws, and it waits even if the task has been
/// cancelled before.
class Joiner : private Waiter {
public:
    explicit Joiner(TaskGroup& group);
    ~Joiner();
    /// co_await it. Afterwards the group is empty.
    Suspension wait();
    /// Whether the waiting task was cancelled.
    bool is_cancelled() const { return is_cancelled_; }
    /// What the first failed child threw, or null; the group is fresh afterwards.
    std::exception_ptr take_error();

private:
    friend class indrik::TaskGroup;
    static void cancel_children(Waiter& self);

    TaskGroup& group_;
    bool is_cancelled_ = false;
};

/// Keeps a callable and its arguments alive while the task that it makes is running.
template <class Function, class... Args>
Task<> call_stored(Function function, std::tuple<Args...> args) {
    co_await std::apply(function, std::move(args));
}

}  // namespace detail

/// Owns tasks that run on one loop. Not movable. A child that fails cancels its siblings, and
/// join() throws what it threw.
/// Lifetime: destroying a group whose children still run ends the program (std::terminate with a
/// message), for they may use what dies with it; that is no error only when the loop has been
/// stopped for good or is being destroyed. Hence in a coroutine use with_task_group.
class TaskGroup {
public:
    using ErrorHandler = std::function<void(std::exception_ptr)>;

    explicit TaskGroup(const LoopExecutor& executor);
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;
    ~TaskGroup();

    /// Starts a child: called by a running loop it runs at once until its first wait, otherwise
    /// when the loop runs. In a group that has been cancelled the child begins cancelled: its first
    /// co_await throws.
    void spawn(Task<> task);
    /// The same for `function(args...)`; both are kept until the child has ended, so that lambdas
    /// which capture are safe. Arguments are copied or moved; std::ref passes a reference.
    template <class Function, class... Args>
    requires std::is_invocable_r_v < Task<>, std::decay_t<Function>
    &, std::decay_t<Args>... > void spawn(Function&& function, Args&&... args) {
        spawn(detail::call_stored(std::decay_t<Function>(std::forward<Function>(function)),
                                  std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)));
    }

    /// Waits until every child has ended and is destroyed, those spawned meanwhile included. The
    /// group can then be used anew. Errors: what the first failed child threw; see other_errors()
    /// for the rest. Cancellation: cancels the children, waits for them all the same, then throws.
    /// A task that has been cancelled before cannot wait any more: there join() throws at once and
    /// the children go on. REQUIRES: nobody else is in join().
    Task<> join();

    /// Asks all children to end: their pending and later waits throw. Returns at once; join() waits
    /// for them.
    void cancel();
    bool is_cancelled() const { return is_cancelled_; }

    /// Makes the children independent: a failure goes to `handler` and leaves the siblings alone.
    /// For services. What the handler throws counts as a failure of the group. REQUIRES: no child
    /// has been spawned yet.
    void on_error(ErrorHandler handler) { error_handler_ = std::move(handler); }
    /// Failures after the first, in order; kept until the group, used anew, fails again.
    const std::vector<std::exception_ptr>& other_errors() const { return other_errors_; }

    /// Children that have not ended.
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const LoopExecutor& executor() const { return executor_; }

private:
    friend class detail::Child;
    friend class detail::Joiner;
    struct Entry;

    void child_failed(std::exception_ptr error);
    void record_error(std::exception_ptr error);
    void child_left();

    LoopExecutor executor_;
    IntrusiveList<detail::Child> children_;
    std::size_t size_ = 0;
    detail::Joiner* joiner_ = nullptr;
    bool is_cancelled_ = false;
    std::exception_ptr first_error_;
    std::vector<std::exception_ptr> other_errors_;
    ErrorHandler error_handler_;
};

/// Runs `body(group)` as the first child of a new group and waits for all children, whatever
/// happens. A failure of any child, the body included, cancels the others and is thrown when all
/// have ended; a group never outlives this call. Cancellation: as TaskGroup::join(). Note for g++
/// 12: a body that captures by value is given a name first.
template <class Function>
Task<> with_task_group(Function body) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    detail::Joiner joiner(group);
    group.spawn(body, std::ref(group));
    co_await joiner.wait();
    const std::exception_ptr error = joiner.take_error();
    if (error) std::rethrow_exception(error);
    if (joiner.is_cancelled()) throw_cancelled();
}

}  // namespace indrik
