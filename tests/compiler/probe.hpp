#pragma once
// The least coroutine library that shows what a compiler does around co_await: lazy, nests, and really suspends.

#include <coroutine>
#include <exception>
#include <utility>

namespace probe {

/// The innermost coroutine that waits; main resumes it until nobody does.
inline std::coroutine_handle<> suspended;

/// Suspends until main resumes.
struct Pause {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) const noexcept { suspended = handle; }
    void await_resume() const noexcept {}
};

template <class T>
class Lazy {
public:
    struct promise_type {
        T value{};
        std::exception_ptr error;
        std::coroutine_handle<> caller = std::noop_coroutine();

        Lazy get_return_object() {
            return Lazy(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_always initial_suspend() noexcept { return {}; }
        struct Final {
            bool await_ready() const noexcept { return false; }
            std::coroutine_handle<> await_suspend(
                std::coroutine_handle<promise_type> self) const noexcept {
                return self.promise().caller;
            }
            void await_resume() const noexcept {}
        };
        Final final_suspend() noexcept { return {}; }
        void return_value(T result) { value = std::move(result); }
        void unhandled_exception() { error = std::current_exception(); }
    };

    Lazy(Lazy&& other) noexcept : self_(std::exchange(other.self_, nullptr)) {}
    ~Lazy() {
        if (self_) self_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) noexcept {
        self_.promise().caller = caller;
        return self_;
    }
    T await_resume() {
        if (self_.promise().error) std::rethrow_exception(self_.promise().error);
        return std::move(self_.promise().value);
    }

    /// Runs it to its end.
    T run() {
        self_.resume();
        while (suspended) std::exchange(suspended, nullptr).resume();
        return await_resume();
    }

private:
    explicit Lazy(std::coroutine_handle<promise_type> self) : self_(self) {}
    std::coroutine_handle<promise_type> self_;
};

}  // namespace probe
