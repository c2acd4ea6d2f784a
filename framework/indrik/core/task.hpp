#pragma once
// The coroutine type of the whole framework: whatever may wait returns Task<T>.
//
//   Task<int> answer() { co_return 42; }
//   Task<> caller() { const int value = co_await answer(); ... }
//
// A Task is Asio's awaitable on the executor of asio::io_context itself, not on a type-erased one:
// no virtual call and no allocation for the executor on the hot path. It starts when it is awaited,
// is awaited exactly once, and by its owner.

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>

namespace indrik {

/// The executor of a worker's loop.
using LoopExecutor = asio::io_context::executor_type;

/// A lazily started coroutine that runs on a worker's loop.
template <class T = void>
using Task = asio::awaitable<T, LoopExecutor>;

/// Completion token that turns an Asio operation into a Task.
inline constexpr asio::use_awaitable_t<LoopExecutor> use_task{};

}  // namespace indrik
