#include "indrik/core/timeout.hpp"

#include <string>

#include <fmt/format.h>

#include "indrik/core/loop_timer.hpp"

namespace indrik {

TimeoutError::TimeoutError(std::chrono::nanoseconds limit)
    : std::runtime_error(
          fmt::format("timed out after {:.6g} s", std::chrono::duration<double>(limit).count())),
      limit_(limit) {}

namespace detail {

/// Shared with the timer's handler, which may be queued already when the alarm is switched off.
struct Alarm::State {
    State(TaskGroup& g, std::chrono::steady_clock::duration duration)
        : group(&g), timer(g.executor(), duration) {}

    TaskGroup* group;
    LoopTimer timer;
    bool has_rung = false;
};

Alarm::Alarm(TaskGroup& group, std::chrono::steady_clock::duration duration)
    : state_(std::make_shared<State>(group, duration)) {
    state_->timer.async_wait([state = state_](const std::error_code& error) {
        if (error || state->group == nullptr) return;
        state->has_rung = true;
        state->group->cancel();
    });
}

Alarm::~Alarm() {
    state_->group = nullptr;
    state_->timer.cancel();
}

bool Alarm::has_rung() const {
    return state_->has_rung;
}

}  // namespace detail

}  // namespace indrik
