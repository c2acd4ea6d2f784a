#pragma once
// Several tasks at once, the first that ends decides.
//
//   auto first = co_await race(answer_from(a), answer_from(b));       // variant<Answer, Answer>
//   if (first.index() == 0) use(std::get<0>(first));

#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include "indrik/core/detail/outcome.hpp"
#include "indrik/core/task.hpp"
#include "indrik/core/task_group.hpp"

namespace indrik {

namespace detail {

template <class... Ts>
struct RaceState {
    TaskGroup* group;
    std::optional<std::variant<ValueOf<Ts>...>> value;
    std::exception_ptr error;

    bool is_decided() const { return value.has_value() || error != nullptr; }
};

template <std::size_t kIndex, class T, class... Ts>
Task<> run_race(Task<T> task, RaceState<Ts...>* state) {
    Outcome<T> outcome;
    co_await store_outcome(std::move(task), &outcome);
    if (state->is_decided()) co_return;
    if (outcome.has_value()) {
        state->value.emplace(std::in_place_index<kIndex>, outcome.take_value());
    } else if (!outcome.is_cancelled() || !state->group->is_cancelled()) {
        state->error = outcome.error();
    }
    state->group->cancel();
}

template <std::size_t... kIndices, class... Ts>
void start_race(std::index_sequence<kIndices...>, RaceState<Ts...>* state, Task<Ts>&... tasks) {
    (state->group->spawn(run_race<kIndices, Ts, Ts...>(std::move(tasks), state)), ...);
}

}  // namespace detail

/// Runs the tasks side by side; when one ends, cancels the others, waits until they have ended, and
/// returns the first one's value (the variant's index tells whose; std::monostate for Task<>) or
/// throws what it threw. What the others had to say is dropped. A task that is not begun when
/// another ends is not begun at all. Cancellation: reaches all tasks; throws when all have ended,
/// unless one had a value.
template <class... Ts>
Task<std::variant<detail::ValueOf<Ts>...>> race(Task<Ts>... tasks) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    detail::RaceState<Ts...> state{&group, std::nullopt, nullptr};
    detail::Joiner joiner(group);
    detail::start_race(std::index_sequence_for<Ts...>(), &state, tasks...);
    co_await joiner.wait();
    if (state.error) std::rethrow_exception(state.error);
    if (!state.value) throw_cancelled();
    co_return std::move(*state.value);
}

}  // namespace indrik
