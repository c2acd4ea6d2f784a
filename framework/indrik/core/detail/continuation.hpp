#pragma once
// The rest of a suspended coroutine, as a value: the one place (with entry.hpp's user,
// task_group.cpp) that knows how Asio chains its coroutine frames.
//
// `co_await` accepts, besides Tasks, a function of the awaiting frame; that is how Asio itself
// starts operations, from a coroutine of its own around each of them. Using it directly saves that
// coroutine: its allocation, its memory while the operation is pending, and a resumption.

#include <utility>

#include "indrik/core/task.hpp"

namespace indrik::detail {

using Frame = asio::detail::awaitable_frame_base<LoopExecutor>;
using TaskThread = asio::detail::awaitable_thread<LoopExecutor>;

/// Owns a suspended coroutine with all its callers. Also an Asio handler base: executor and
/// cancellation slot are the task's. Destroyed without resume(), it has the coroutine destroyed in
/// the loop's next turn (or with the loop).
class Continuation : public TaskThread {
public:
    /// Takes the coroutine over. REQUIRES: `frame` is suspended in its await.
    explicit Continuation(Frame* frame)
        : TaskThread(std::move(*frame->detach_thread())), frame_(frame) {}
    Continuation(Continuation&& other) noexcept = default;

    /// Runs the coroutine until it suspends again or ends. REQUIRES: called by the loop; at most
    /// once.
    void resume() {
        frame_->attach_thread(this);
        frame_->clear_cancellation_slot();
        pump();
    }

    /// Whether the task has been cancelled, and waiting should therefore fail at once.
    bool is_cancelled() const {
        return throw_if_cancelled() &&
               get_cancellation_state().cancelled() != asio::cancellation_type::none;
    }

private:
    Frame* frame_;
};

}  // namespace indrik::detail
