// The part of the arbiter that says how it is.
#include <algorithm>

#include "supervisor/arbiter/arbiter.hpp"

namespace indrik::supervisor {
namespace {

// Workers beat each second; a beat that old, and the loop is blocked or the machine is.
constexpr auto kFreshBeat = std::chrono::seconds(3);

}  // namespace

ArbiterState Arbiter::state() {
    ArbiterState state;
    state.workers = target_;
    state.serving = table_.serving(generation_);
    state.generation = generation_;
    state.is_reloading = reload_.has_value();
    state.is_stopping = is_stopping_;
    const TimePoint now = Clock::now();
    state.is_beating = std::ranges::any_of(table_.workers(), [now](const auto& entry) {
        const Worker& worker = entry.second;
        return worker.is_serving() && now - worker.line->last_beat() < kFreshBeat;
    });
    return state;
}

void Arbiter::announce() {
    wake_by(announcer_.look(state(), log_));
}

}  // namespace indrik::supervisor
