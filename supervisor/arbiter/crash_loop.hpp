#pragma once
// Notices workers that die again and again without ever serving for a while.

#include <chrono>
#include <deque>
#include <optional>

#include "supervisor/arbiter/scoreboard.hpp"

namespace indrik::supervisor {

class CrashLoop {
public:
    /// A worker has died unasked. One that had served well makes all earlier deaths forgotten.
    void worker_died(TimePoint now, std::optional<TimePoint> ready_since);
    /// Whether at least `limit` workers died within `window`; 0: there is no limit.
    bool has_reached(unsigned limit, std::chrono::milliseconds window, TimePoint now);

private:
    std::deque<TimePoint> deaths_;
};

}  // namespace indrik::supervisor
