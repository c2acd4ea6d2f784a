#pragma once
// Work that must be finished even if whoever waits for it is cancelled.
//
//   co_await shield(app_tasks, write_order, order);     // written to the end, even if this task is cancelled
//
// Nothing is detached: the work is a child of the group given, which is joined by its owner.

#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include "indrik/core/detail/outcome.hpp"
#include "indrik/core/detail/waiter.hpp"
#include "indrik/core/task.hpp"
#include "indrik/core/task_group.hpp"

namespace indrik {

namespace detail {

template <class T>
struct ShieldState {
    Outcome<T> outcome;
    Waiter* waiter = nullptr;
    bool is_abandoned = false;
    bool has_ended = false;

    void end() {
        has_ended = true;
        if (waiter != nullptr) waiter->wake();
    }
};

/// The work's side of the state: says that it has ended even if it was never begun, because the group was cancelled.
template <class T>
class ShieldWork {
public:
    explicit ShieldWork(std::shared_ptr<ShieldState<T>> state) : state_(std::move(state)) {}
    ShieldWork(ShieldWork&& other) noexcept = default;
    ~ShieldWork() {
        if (state_ && !state_->has_ended) state_->end();
    }
    ShieldState<T>& state() const { return *state_; }

private:
    std::shared_ptr<ShieldState<T>> state_;
};

/// The waiter's side, for as long as it waits.
template <class T>
class ShieldWait {
public:
    ShieldWait(ShieldState<T>& state, Waiter& waiter) : state_(state) { state_.waiter = &waiter; }
    ShieldWait(const ShieldWait&) = delete;
    ~ShieldWait() { state_.waiter = nullptr; }

private:
    ShieldState<T>& state_;
};

template <class T, class Function, class... Args>
Task<> run_shielded(ShieldWork<T> work, Function function, std::tuple<Args...> args) {
    ShieldState<T>& state = work.state();
    co_await store_outcome(std::apply(function, std::move(args)), &state.outcome);
    state.end();
    if (state.is_abandoned && state.outcome.error()) {
        std::rethrow_exception(state.outcome.error());
    }
}

template <class T>
Task<T> wait_shielded(std::shared_ptr<ShieldState<T>> state) {
    Waiter waiter;
    const ShieldWait<T> wait(*state, waiter);
    if (!state->has_ended) {
        co_await waiter.suspend();
    }
    if (!state->has_ended) {
        state->is_abandoned = true;
        throw_cancelled();
    }
    co_return state->outcome.take();
}

}  // namespace detail

/// Spawns `function(args...)` in `group` at once, before anything is awaited, even if the calling
/// task has been cancelled; the Task returned waits for it. Function and arguments are copied or
/// moved and kept until the work has ended. Cancellation: ends the wait, not the work; cancelling
/// the group does end the work. Errors: what the work throws; after the wait was cancelled it is a
/// failure of the group instead.
template <class Function, class... Args>
[[nodiscard]] auto shield(TaskGroup& group, Function function, Args... args) {
    using T = typename std::invoke_result_t<Function&, Args...>::value_type;
    auto state = std::make_shared<detail::ShieldState<T>>();
    group.spawn(detail::run_shielded<T>(detail::ShieldWork<T>(state),
                                        std::move(function),
                                        std::tuple<Args...>(std::move(args)...)));
    return detail::wait_shielded<T>(std::move(state));
}

}  // namespace indrik
