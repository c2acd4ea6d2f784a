#pragma once
// What became of a task that somebody else awaits: a value or an exception, kept until it is taken.

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/task.hpp"

namespace indrik::detail {

/// The value of a task that has none.
template <class T>
using ValueOf = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <class T>
class Outcome {
public:
    void set_value(ValueOf<T> value) { value_.emplace(std::move(value)); }
    void set_error(std::exception_ptr error) { error_ = std::move(error); }

    bool has_value() const { return value_.has_value(); }
    bool is_cancelled() const { return error_ && indrik::is_cancelled(error_); }
    const std::exception_ptr& error() const { return error_; }

    /// Returns the value or throws the error; a task that was never begun has been cancelled.
    T take() {
        check();
        if constexpr (!std::is_void_v<T>) return std::move(*value_);
    }
    /// The same with std::monostate in place of void.
    ValueOf<T> take_value() {
        check();
        return std::move(*value_);
    }

private:
    void check() const {
        if (error_) std::rethrow_exception(error_);
        if (!value_) throw_cancelled();
    }

    std::optional<ValueOf<T>> value_;
    std::exception_ptr error_;
};

/// Awaits `task` and keeps what became of it in `outcome`, which outlives it. Never throws.
template <class T>
Task<> store_outcome(Task<T> task, Outcome<T>* outcome) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(task);
            outcome->set_value({});
        } else {
            T value = co_await std::move(task);
            outcome->set_value(std::move(value));
        }
    } catch (...) {
        outcome->set_error(std::current_exception());
    }
}

}  // namespace indrik::detail
