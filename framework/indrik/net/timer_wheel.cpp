#include "indrik/net/timer_wheel.hpp"

namespace indrik::net {

TimerWheel::TimerWheel(LoopExecutor executor)
    : tick_timer_(executor), self_(std::make_shared<TimerWheel*>(this)) {}

TimerWheel::~TimerWheel() {
    *self_ = nullptr;
}

TimerWheel::Timer::~Timer() {
    if (wheel_ != nullptr) wheel_->unlink(*this);
}

void TimerWheel::unlink(Timer& timer) {
    static_cast<ListHook&>(timer).unlink();
    timer.wheel_ = nullptr;
    --linked_;
}

void TimerWheel::remove(Timer& timer) {
    timer.disarm();
    if (timer.wheel_ == this) unlink(timer);
}

void TimerWheel::link(Timer& timer, std::uint64_t tick) {
    if (timer.wheel_ != nullptr) unlink(timer);
    // A deadline more than one turn away waits in its slot for the right turn.
    slots_[tick % kSlots].push_back(timer);
    timer.slot_tick_ = tick;
    timer.wheel_ = this;
    ++linked_;
    if (!turning_) start();
}

void TimerWheel::start() {
    turning_ = true;
    origin_ = std::chrono::steady_clock::now() - now_ * kTick;
    advance();
}

// One callback a tick while timers are linked. Time in which the loop was held up does not count: the loop has not listened
// to its peers then, and what was armed since the last tick would be over before it has begun.
void TimerWheel::advance() {
    const auto elapsed = std::chrono::steady_clock::now() - origin_;
    const auto target = static_cast<std::uint64_t>(elapsed / kTick);
    if (target > now_) {
        origin_ += (target - now_ - 1) * kTick;
        turn_slot(slots_[++now_ % kSlots]);
    }
    if (linked_ == 0) {
        turning_ = false;
        return;
    }
    tick_timer_.expires_at(origin_ + (now_ + 1) * kTick);
    tick_timer_.async_wait([self = self_](const std::error_code& error) {
        if (!error && *self != nullptr) (*self)->advance();
    });
}

void TimerWheel::turn() {
    origin_ -= kTick;
    turn_slot(slots_[++now_ % kSlots]);
}

void TimerWheel::turn_slot(IntrusiveList<Timer>& slot) {
    // Detach the slot first: on_timeout() may arm or destroy timers, also those of this slot.
    IntrusiveList<Timer> due;
    due.splice(slot);
    while (!due.empty()) {
        Timer& timer = due.front();
        unlink(timer);
        if (timer.deadline_ == Timer::kNever) continue;
        if (timer.deadline_ > now_) {
            link(timer, timer.deadline_);
        } else {
            timer.deadline_ = Timer::kNever;
            timer.on_timeout();
        }
    }
}

}  // namespace indrik::net
