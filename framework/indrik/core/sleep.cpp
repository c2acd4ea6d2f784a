#include "indrik/core/sleep.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "indrik/core/loop_timer.hpp"
#include "indrik/core/operation.hpp"

namespace indrik {

Task<> sleep_for(std::chrono::steady_clock::duration duration) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point now = Clock::now();
    if (duration > Clock::time_point::max() - now) return sleep_until(Clock::time_point::max());
    return sleep_until(now + std::max(duration, Clock::duration::zero()));
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
