#pragma once
// A program that is one task: asyncio.run().
//
//   Task<> work() { ... }
//   int main() { indrik::run_task(work()); }
//
// Servers have runners of their own (web/run_app.hpp, indrik/run.hpp).

#include <utility>

#include "indrik/core/detail/outcome.hpp"
#include "indrik/core/task.hpp"

namespace indrik {

namespace detail {
/// Runs `task` on a new loop until it has ended.
void run_loop(Task<> task);
}  // namespace detail

/// Makes a loop, runs the task on it, and returns its value or throws its exception. When the task ends the loop is destroyed, and with it
/// what still runs there: join what matters before. REQUIRES: not called within a loop
template <class T>
T run_task(Task<T> task) {
    detail::Outcome<T> outcome;
    detail::run_loop(detail::store_outcome(std::move(task), &outcome));
    return outcome.take();
}

}  // namespace indrik
