#include "indrik/core/sleep.hpp"

#include <system_error>
#include <utility>

#include "indrik/core/loop_timer.hpp"
#include "indrik/core/operation.hpp"

namespace indrik {

Task<> sleep_for(std::chrono::steady_clock::duration duration) {
    return sleep_until(std::chrono::steady_clock::now() + duration);
}

Task<> sleep_until(std::chrono::steady_clock::time_point time) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    LoopTimer timer(executor, time);
    std::error_code error;
    auto wait = [&timer](auto handler) { timer.async_wait(std::move(handler)); };
    co_await operation(wait, error);
    if (error) throw std::system_error(error, "sleep");
}

}  // namespace indrik
