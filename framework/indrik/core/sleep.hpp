#pragma once
// Pauses, by the steady clock.
//
//   co_await sleep_for(250ms);

#include <chrono>

#include "indrik/core/task.hpp"

namespace indrik {

/// Lets others run for at least `duration`; zero or less lets those run that are ready now.
/// Cancellation: ends the pause at once.
Task<> sleep_for(std::chrono::steady_clock::duration duration);

/// Lets others run until `time` has come; at once if it has. Cancellation: ends the pause at once.
Task<> sleep_until(std::chrono::steady_clock::time_point time);

}  // namespace indrik
