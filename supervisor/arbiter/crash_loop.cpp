#include "supervisor/arbiter/crash_loop.hpp"

#include "supervisor/arbiter/worker_table.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::size_t kMostDeaths = 10'000;  // more than any limit

}  // namespace

void CrashLoop::worker_died(TimePoint now, std::optional<TimePoint> ready_since) {
    if (ready_since && now - *ready_since >= Backoff::kHealthyTime) deaths_.clear();
    deaths_.push_back(now);
    if (deaths_.size() > kMostDeaths) deaths_.pop_front();
}

bool CrashLoop::has_reached(unsigned limit, std::chrono::milliseconds window, TimePoint now) {
    while (!deaths_.empty() && now - deaths_.front() > window) deaths_.pop_front();
    return limit > 0 && deaths_.size() >= limit;
}

}  // namespace indrik::supervisor
