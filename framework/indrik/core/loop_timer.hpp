#pragma once
// Asio's steady timer on the loop's own executor type.

#include <chrono>

#include <asio/basic_waitable_timer.hpp>

#include "indrik/core/task.hpp"

namespace indrik {

using LoopTimer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                             asio::wait_traits<std::chrono::steady_clock>,
                                             LoopExecutor>;

}  // namespace indrik
