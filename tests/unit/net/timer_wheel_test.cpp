#include "indrik/net/timer_wheel.hpp"

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "indrik/core/loop_timer.hpp"

namespace indrik::net {
namespace {

using namespace std::chrono_literals;

/// Counts its timeouts, and does something at each.
class CountingTimer final : public TimerWheel::Timer {
public:
    explicit CountingTimer(std::function<void()> then = {}) : then_(std::move(then)) {}
    int count() const { return count_; }

private:
    void on_timeout() override {
        ++count_;
        if (then_) then_();
    }

    std::function<void()> then_;
    int count_ = 0;
};

class TimerWheelTest : public testing::Test {
protected:
    /// How many ticks pass before the timer fires; -1 if it does not within `limit` ticks.
    int ticks_until_fired(const CountingTimer& timer, int limit) {
        const int before = timer.count();
        for (int tick = 1; tick <= limit; ++tick) {
            wheel.turn();
            if (timer.count() != before) return tick;
        }
        return -1;
    }
    void turn(int ticks) {
        while (ticks-- > 0) wheel.turn();
    }

    asio::io_context loop{ASIO_CONCURRENCY_HINT_UNSAFE};
    TimerWheel wheel{loop.get_executor()};
};

TEST_F(TimerWheelTest, FiresNotBeforeItsDelayAndAtMostTwoTicksLater) {
    for (const auto delay : {0ms, 1ms, 249ms, 250ms, 251ms, 1000ms, 10'000ms, 75'000ms}) {
        CountingTimer timer;
        wheel.arm(timer, delay);
        const int ticks = ticks_until_fired(timer, 400);
        // The first tick may come at once.
        EXPECT_GE((ticks - 1) * TimerWheel::kTick, delay) << delay.count();
        EXPECT_LE(ticks * TimerWheel::kTick, delay + 2 * TimerWheel::kTick) << delay.count();
    }
}

TEST_F(TimerWheelTest, FiresOnce) {
    CountingTimer timer;
    wheel.arm(timer, 1s);
    EXPECT_TRUE(timer.is_armed());
    turn(2000);
    EXPECT_EQ(timer.count(), 1);
    EXPECT_FALSE(timer.is_armed());
}

TEST_F(TimerWheelTest, DisarmedTimerDoesNotFire) {
    CountingTimer timer;
    wheel.arm(timer, 1s);
    turn(3);
    timer.disarm();
    EXPECT_FALSE(timer.is_armed());
    turn(1200);
    EXPECT_EQ(timer.count(), 0);
}

TEST_F(TimerWheelTest, LaterDeadlineReplacesTheEarlierOne) {
    CountingTimer timer;
    wheel.arm(timer, 1s);
    wheel.arm(timer, 10s);
    EXPECT_EQ(ticks_until_fired(timer, 100), 42);
}

TEST_F(TimerWheelTest, DeadlineMovedAwayAgainAndAgainNeverFires) {
    CountingTimer timer;
    for (int i = 0; i < 1500; ++i) {
        wheel.arm(timer, 1s);
        turn(1);
    }
    EXPECT_EQ(timer.count(), 0);
    EXPECT_EQ(ticks_until_fired(timer, 10), 5);
}

TEST_F(TimerWheelTest, EarlierDeadlineReplacesTheLaterOne) {
    CountingTimer timer;
    wheel.arm(timer, 100s);
    wheel.arm(timer, 1s);
    EXPECT_EQ(ticks_until_fired(timer, 10), 6);
    turn(500);
    EXPECT_EQ(timer.count(), 1);
}

TEST_F(TimerWheelTest, RearmedAfterDisarmUsesTheNewDeadline) {
    CountingTimer timer;
    wheel.arm(timer, 2s);
    timer.disarm();
    turn(4);
    wheel.arm(timer, 2s);
    EXPECT_EQ(ticks_until_fired(timer, 20), 10);
}

TEST_F(TimerWheelTest, DeadlineBeyondATurnOfTheWheelWaitsForItsTurn) {
    CountingTimer timer;
    wheel.arm(timer, 300s);  // a turn is 128 s
    EXPECT_EQ(ticks_until_fired(timer, 1300), 1202);
}

TEST_F(TimerWheelTest, TimersOfOneSlotInDifferentTurnsFireEachInItsOwn) {
    CountingTimer soon;
    CountingTimer later;
    wheel.arm(later, 10s + 128s);
    wheel.arm(soon, 10s);
    EXPECT_EQ(ticks_until_fired(soon, 100), 42);
    EXPECT_EQ(later.count(), 0);
    EXPECT_EQ(ticks_until_fired(later, 600), 512);
}

TEST_F(TimerWheelTest, TimerMayDestroyAnotherOfTheSameTick) {
    auto second = std::make_unique<CountingTimer>();
    CountingTimer first([&] { second.reset(); });
    CountingTimer third;
    wheel.arm(first, 1s);
    wheel.arm(*second, 1s);
    wheel.arm(third, 1s);
    turn(10);
    EXPECT_EQ(first.count(), 1);
    EXPECT_EQ(third.count(), 1);
}

TEST_F(TimerWheelTest, TimerMayDestroyItself) {
    struct Suicidal final : TimerWheel::Timer {
        explicit Suicidal(bool* gone) : is_gone(gone) {}
        ~Suicidal() override { *is_gone = true; }
        void on_timeout() override { delete this; }
        bool* is_gone;
    };
    bool is_gone = false;
    wheel.arm(*new Suicidal(&is_gone), 1s);
    turn(10);
    EXPECT_TRUE(is_gone);
}

TEST_F(TimerWheelTest, TimerMayArmItselfAndOthersOfTheSameTick) {
    CountingTimer other;
    CountingTimer* self = nullptr;
    CountingTimer timer([&] {
        wheel.arm(*self, 1s);
        wheel.arm(other, 5s);  // due in this very tick, and now later
    });
    self = &timer;
    wheel.arm(timer, 1s);
    wheel.arm(other, 1s);
    turn(6);
    EXPECT_EQ(timer.count(), 1);
    EXPECT_EQ(other.count(), 0);
    EXPECT_EQ(ticks_until_fired(timer, 10), 6);
}

TEST_F(TimerWheelTest, TimerMayDisarmAnotherOfTheSameTick) {
    CountingTimer other;
    CountingTimer timer([&] { other.disarm(); });
    wheel.arm(timer, 1s);
    wheel.arm(other, 1s);
    turn(600);
    EXPECT_EQ(timer.count(), 1);
    EXPECT_EQ(other.count(), 0);
}

TEST_F(TimerWheelTest, DestroyedTimerLeavesItsSlot) {
    {
        CountingTimer timer;
        wheel.arm(timer, 1s);
    }
    turn(10);  // nothing to touch any more
}

TEST_F(TimerWheelTest, TurnsByItselfWhileTimersWaitAndThenLetsTheLoopEnd) {
    CountingTimer timer;
    wheel.arm(timer, 0ms);
    const auto begin = std::chrono::steady_clock::now();
    loop.run();
    EXPECT_EQ(timer.count(), 1);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST_F(TimerWheelTest, TimeInWhichTheLoopWasHeldUpDoesNotCount) {
    // A handler that blocks the loop must not make the timeouts of those run out who are served next.
    CountingTimer before;
    CountingTimer after;
    wheel.arm(before, 100s);
    loop.poll();
    std::this_thread::sleep_for(1200ms);
    wheel.arm(after, 500ms);
    loop.poll();  // the tick that is overdue
    EXPECT_EQ(after.count(), 0);
    EXPECT_EQ(ticks_until_fired(after, 10), 3);
}

TEST(TimerWheel, MayBeDestroyedWhileATickIsUnderWay) {
    asio::io_context loop{ASIO_CONCURRENCY_HINT_UNSAFE};
    auto wheel = std::make_unique<TimerWheel>(loop.get_executor());
    auto timer = std::make_unique<CountingTimer>();
    // Both expire before the loop looks: the tick's callback is ready when the destroyer runs.
    LoopTimer destroyer(loop, 1ms);
    wheel->arm(*timer, 0ms);
    destroyer.async_wait([&](const std::error_code&) {
        timer.reset();
        wheel.reset();
    });
    std::this_thread::sleep_for(TimerWheel::kTick + 20ms);
    loop.run();
    EXPECT_EQ(wheel, nullptr);
}

}  // namespace
}  // namespace indrik::net
