#pragma once
// Awaits an Asio operation without the coroutine that asio::use_awaitable puts around each: no
// allocation for it, less memory while the operation is pending, one resumption less. For the hot
// path; elsewhere `co_await x.async_y(use_task)` reads better.
//
//   std::error_code error;
//   std::size_t size = 0;
//   auto read = [&](auto handler) { socket.async_read_some(buffer, std::move(handler)); };
//   co_await operation(read, error, size);           // never throws
//
// A cancelled task gets operation_aborted, at once if it was cancelled before.

#include <cstddef>
#include <system_error>
#include <tuple>
#include <utility>

#include <asio/error.hpp>
#include <asio/post.hpp>

#include "indrik/core/detail/continuation.hpp"

namespace indrik {

namespace detail {

/// Completion handler that stores the results where the coroutine wants them, and resumes it.
template <class... Results>
class OperationHandler : public Continuation {
public:
    OperationHandler(Frame* frame, std::error_code* error, std::tuple<Results*...> results)
        : Continuation(frame), error_(error), results_(results) {}

    void operator()(const std::error_code& error, Results... results) {
        *error_ = error;
        std::apply([&](Results*... targets) { ((*targets = std::move(results)), ...); }, results_);
        resume();
    }

private:
    std::error_code* error_;
    std::tuple<Results*...> results_;
};

/// What `co_await operation(...)` awaits; trivially copyable on purpose.
template <class Initiation, class... Results>
struct Operation {
    Initiation* initiation;
    std::error_code* error;
    std::tuple<Results*...> results;

    TaskThread* operator()(Frame* frame) const {
        OperationHandler<Results...> handler(frame, error, results);
        if (handler.is_cancelled()) {
            const LoopExecutor executor = handler.get_executor();
            asio::post(executor, [handler = std::move(handler)]() mutable {
                handler(asio::error::operation_aborted, Results()...);
            });
        } else {
            (*initiation)(std::move(handler));
        }
        return nullptr;
    }
};

}  // namespace detail

/// Suspends the coroutine that awaits this, calls `initiation(handler)`, and resumes when the
/// handler is called with (error, results...), which are then in the variables given. REQUIRES:
/// awaited at once.
template <class Initiation, class... Results>
[[nodiscard]] detail::Operation<Initiation, Results...> operation(Initiation& initiation,
                                                                  std::error_code& error,
                                                                  Results&... results) {
    return {&initiation, &error, std::tuple<Results*...>(&results...)};
}

}  // namespace indrik
