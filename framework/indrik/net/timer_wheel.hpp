#pragma once
// One coarse timer for all timeouts of a loop: a wheel of slots, one tick every quarter of a second.
//
// Arming, moving a deadline further away and disarming cost a few instructions and no allocation, which is what a server
// needs that arms several timeouts a request and sees almost none of them fire. A deadline that moves away is only noted;
// the timer is moved to its new slot when the wheel comes past the old one.
//
//   class Connection : TimerWheel::Timer { void on_timeout() override { stream_.cancel(); } ... };
//   wheel.arm(connection, 30s);

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>

#include <asio/basic_waitable_timer.hpp>

#include "indrik/core/intrusive_list.hpp"
#include "indrik/core/task.hpp"

namespace indrik::net {

/// Lifetime: outlives its timers.
class TimerWheel {
public:
    static constexpr std::chrono::milliseconds kTick{250};

    class Timer;

    explicit TimerWheel(LoopExecutor executor);
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;
    ~TimerWheel();

    /// Calls timer.on_timeout() once, after `delay` and at most two ticks more. Replaces an earlier deadline.
    void arm(Timer& timer, std::chrono::milliseconds delay);
    /// Takes a timer out for good, so that it may outlive the wheel.
    void remove(Timer& timer);
    /// Ticks that the wheel has turned. It stands still while no timer is linked.
    std::uint64_t now() const { return now_; }
    /// Lets one tick pass at once, as the loop does every kTick: for tests, which need not wait. May be called anywhere but in
    /// on_timeout().
    void turn();

private:
    static constexpr std::size_t kSlots = 512;

    void link(Timer& timer, std::uint64_t tick);
    void unlink(Timer& timer);
    void start();
    void advance();
    void turn_slot(IntrusiveList<Timer>& slot);

    using SteadyTimer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                                   asio::wait_traits<std::chrono::steady_clock>,
                                                   LoopExecutor>;
    SteadyTimer tick_timer_;
    std::shared_ptr<TimerWheel*>
        self_;  // null once the wheel is gone: a tick may be under way then
    std::chrono::steady_clock::time_point origin_;
    std::uint64_t now_ = 0;
    std::size_t linked_ = 0;  // timers in slots; the wheel only turns while there are any
    bool turning_ = false;
    std::array<IntrusiveList<Timer>, kSlots> slots_;
};

/// Something with a deadline. Not movable: the wheel points at it.
class TimerWheel::Timer : private ListHook {
public:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    virtual ~Timer();

    /// The deadline is void; on_timeout() will not be called.
    void disarm() { deadline_ = kNever; }
    bool is_armed() const { return deadline_ != kNever; }

protected:
    /// Runs on the loop, outside of any coroutine: set a flag, cancel a wait.
    virtual void on_timeout() = 0;

private:
    friend class TimerWheel;
    friend class IntrusiveList<Timer>;
    static constexpr std::uint64_t kNever = ~std::uint64_t{0};

    TimerWheel* wheel_ = nullptr;  // while linked
    std::uint64_t deadline_ = kNever;
    std::uint64_t slot_tick_ = 0;  // when its slot is turned
};

inline void TimerWheel::arm(Timer& timer, std::chrono::milliseconds delay) {
    const std::uint64_t deadline =
        now_ + 2 +
        static_cast<std::uint64_t>(delay.count()) / static_cast<std::uint64_t>(kTick.count());
    timer.deadline_ = deadline;
    if (timer.wheel_ == nullptr || deadline < timer.slot_tick_) link(timer, deadline);
}

}  // namespace indrik::net
