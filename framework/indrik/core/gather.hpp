#pragma once
// Several tasks at once, all results together.
//
//   auto results = co_await gather(fetch(url), count(rows), save(file));   // tuple<Page, int, monostate>
//   auto pages = co_await gather(std::move(fetches));                      // vector<Page> of vector<Task<Page>>

#include <cstddef>
#include <exception>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "indrik/core/detail/outcome.hpp"
#include "indrik/core/task.hpp"
#include "indrik/core/task_group.hpp"

namespace indrik {

namespace detail {

template <class T>
Task<> store_value(Task<T> task, std::optional<ValueOf<T>>* value) {
    if constexpr (std::is_void_v<T>) {
        co_await std::move(task);
        value->emplace();
    } else {
        T result = co_await std::move(task);
        value->emplace(std::move(result));
    }
}

/// Throws what ended a gathering early, if anything did. `is_complete`: every task has left its
/// value.
inline void check_gathered(Joiner& joiner, bool is_complete) {
    const std::exception_ptr error = joiner.take_error();
    if (error) std::rethrow_exception(error);
    if (!is_complete) throw_cancelled();
}

}  // namespace detail

/// Runs the tasks side by side until all have ended. The first that fails cancels the others, and
/// what it threw is thrown when all have ended; what fails after it is dropped. A task that is not
/// begun when another fails is not begun at all. Cancellation: reaches all tasks; throws when all
/// have ended.
template <class... Ts>
Task<std::tuple<detail::ValueOf<Ts>...>> gather(Task<Ts>... tasks) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    std::tuple<std::optional<detail::ValueOf<Ts>>...> values;
    TaskGroup group(executor);
    detail::Joiner joiner(group);
    std::apply(
        [&](auto&... value) { (group.spawn(detail::store_value(std::move(tasks), &value)), ...); },
        values);
    co_await joiner.wait();
    const bool is_complete =
        std::apply([](const auto&... value) { return (value.has_value() && ...); }, values);
    detail::check_gathered(joiner, is_complete);
    co_return std::apply(
        [](auto&... value) { return std::tuple<detail::ValueOf<Ts>...>(std::move(*value)...); },
        values);
}

/// The same for any number of tasks of one type; results in the order of the tasks.
template <class T>
Task<std::vector<detail::ValueOf<T>>> gather(std::vector<Task<T>> tasks) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    std::vector<std::optional<detail::ValueOf<T>>> values(tasks.size());
    TaskGroup group(executor);
    detail::Joiner joiner(group);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        group.spawn(detail::store_value(std::move(tasks[i]), &values[i]));
    }
    co_await joiner.wait();
    bool is_complete = true;
    for (const auto& value : values) is_complete = is_complete && value.has_value();
    detail::check_gathered(joiner, is_complete);
    std::vector<detail::ValueOf<T>> results;
    results.reserve(values.size());
    for (auto& value : values) results.push_back(std::move(*value));
    co_return results;
}

}  // namespace indrik
