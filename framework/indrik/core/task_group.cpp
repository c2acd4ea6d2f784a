#include "indrik/core/task_group.hpp"

#include <cstdio>

#include <asio/cancellation_state.hpp>
#include <asio/post.hpp>

#include "indrik/core/detail/loop_service.hpp"

namespace indrik {

namespace detail {

Child::Child(TaskGroup& group) : group_(&group) {
    group.children_.push_back(*this);
    ++group.size_;
}

Child::Child(Child&& other) noexcept
    : ListHook(std::move(other)), group_(std::exchange(other.group_, nullptr)) {}

Child::~Child() {
    unlink();
    if (group_ != nullptr) group_->child_left();
}

Joiner::Joiner(TaskGroup& group) : Waiter(&Joiner::cancel_children), group_(group) {}

Joiner::~Joiner() {
    if (group_.joiner_ == this) group_.joiner_ = nullptr;
}

Suspension Joiner::wait() {
    group_.joiner_ = this;
    if (group_.empty()) wake();
    return suspend();
}

void Joiner::cancel_children(Waiter& self) {
    Joiner& joiner = static_cast<Joiner&>(self);
    joiner.is_cancelled_ = true;
    joiner.group_.cancel();
}

std::exception_ptr Joiner::take_error() {
    group_.is_cancelled_ = false;
    return std::exchange(group_.first_error_, nullptr);
}

}  // namespace detail

/// The outermost coroutine of every child: what asio::co_spawn would make, without its guards, its
/// second cancellation state and the completion handler posted at the end. Everything a child costs
/// is in this frame.
struct TaskGroup::Entry {
    using Coroutine = asio::awaitable<asio::detail::awaitable_thread_entry_point, LoopExecutor>;

    static Coroutine run(detail::Child child, Task<> task) {
        try {
            co_await std::move(task);
        } catch (...) {
            if (child.group_ != nullptr) child.group_->child_failed(std::current_exception());
        }
    }

    struct Launch {
        detail::TaskThread thread;
        void operator()() { thread.launch(); }
    };
};

TaskGroup::TaskGroup(const LoopExecutor& executor) : executor_(executor) {
    detail::LoopService::of(executor_);  // made before the scheduler has anything to destroy
}

TaskGroup::~TaskGroup() {
    if (empty()) return;
    const bool is_loop_over =
        executor_.context().stopped() || detail::LoopService::of(executor_).is_gone();
    if (!is_loop_over) {
        std::fprintf(stderr,
                     "indrik: a TaskGroup was destroyed while %zu of its tasks were running; "
                     "co_await its join() first, or use with_task_group\n",
                     size_);
        std::terminate();
    }
    for (detail::Child& child : children_) child.group_ = nullptr;
}

void TaskGroup::spawn(Task<> task) {
    Entry::Coroutine entry = Entry::run(detail::Child(*this), std::move(task));
    detail::Child& child = children_.back();  // in the frame of `entry`
    const asio::cancellation_slot slot = child.cancellation_.slot();
    const asio::cancellation_state state(slot);
    Entry::Launch launch{detail::TaskThread(std::move(entry), executor_, slot, state)};
    if (is_cancelled_) child.cancellation_.emit(asio::cancellation_type::terminal);
    if (executor_.running_in_this_thread()) {
        launch();
    } else {
        asio::post(executor_, std::move(launch));
    }
}

Task<> TaskGroup::join() {
    detail::Joiner joiner(*this);
    while (!empty()) {
        co_await joiner.wait();
    }
    const std::exception_ptr error = joiner.take_error();
    if (error) std::rethrow_exception(error);
    if (joiner.is_cancelled()) throw_cancelled();
}

void TaskGroup::cancel() {
    is_cancelled_ = true;
    for (detail::Child& child : children_) {
        child.cancellation_.emit(asio::cancellation_type::terminal);
    }
}

void TaskGroup::child_failed(std::exception_ptr error) {
    if (is_cancelled_ && indrik::is_cancelled(error)) return;
    if (!error_handler_) return record_error(std::move(error));
    try {
        error_handler_(std::move(error));
    } catch (...) {
        record_error(std::current_exception());
    }
}

void TaskGroup::record_error(std::exception_ptr error) {
    if (!first_error_) {
        other_errors_.clear();
        first_error_ = std::move(error);
        cancel();
    } else {
        other_errors_.push_back(std::move(error));
    }
}

void TaskGroup::child_left() {
    --size_;
    if (size_ == 0 && joiner_ != nullptr) joiner_->wake();
}

}  // namespace indrik
