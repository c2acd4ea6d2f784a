#pragma once
// The coroutine type of the whole framework: whatever may wait returns Task<T>.
//
//   Task<int> answer() { co_return 42; }
//   Task<> caller() { const int value = co_await answer(); ... }
//
// A Task is Asio's awaitable on the executor of asio::io_context itself, not on a type-erased one:
// no virtual call and no allocation for the executor on the hot path. It starts when it is awaited,
// is awaited exactly once, and by its owner.
//
// A coroutine that should return a value and ends without one (a forgotten co_return behind an
// `if`) makes its awaiter throw std::logic_error; without that, the awaiter would take what happens
// to be in memory for the value.

#include <coroutine>
#include <memory>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>

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

namespace detail {

/// Errors: always; for the awaiter of a coroutine without co_return.
[[noreturn]] void throw_missing_value();

/// What a coroutine of Asio's below the stack of a Task returns; that is none of our business.
template <class T>
inline constexpr bool kIsValue =
    !std::is_void_v<T> && !std::is_same_v<T, asio::detail::awaitable_thread_entry_point>;

}  // namespace detail
}  // namespace indrik

/// The promise of a Task<T>: as Asio's, but get() does not believe that there is a value.
template <class T>
requires indrik::detail::kIsValue<T>
class asio::detail::awaitable_frame<T, indrik::LoopExecutor>
    : public asio::detail::awaitable_frame_base<indrik::LoopExecutor> {
public:
    awaitable_frame() noexcept {}
    awaitable_frame(const awaitable_frame&) = delete;
    ~awaitable_frame() {
        if (has_value_) std::destroy_at(value());
    }

    indrik::Task<T> get_return_object() noexcept {
        this->coro_ = std::coroutine_handle<awaitable_frame>::from_promise(*this);
        return indrik::Task<T>(this);
    }
    template <class Value>
    void return_value(Value&& given) {
        ::new (static_cast<void*>(storage_)) T(std::forward<Value>(given));
        has_value_ = true;
    }
    template <class... Values>
    void return_values(Values&&... given) {
        return_value(std::forward_as_tuple(std::forward<Values>(given)...));
    }
    T get() {
        this->caller_ = nullptr;
        this->rethrow_exception();
        if (!has_value_) [[unlikely]]
            indrik::detail::throw_missing_value();
        return std::move(*value());
    }

private:
    T* value() { return std::launder(reinterpret_cast<T*>(storage_)); }

    alignas(T) unsigned char storage_[sizeof(T)];
    bool has_value_ = false;
};
