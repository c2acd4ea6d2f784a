#include "indrik/core/sleep.hpp"

#include <chrono>

#include "indrik/core/gather.hpp"
#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

CO_TEST(Sleep, LastsAtLeastAsLongAsAsked) {
    const auto start = Clock::now();
    co_await sleep_for(5ms);
    EXPECT_GE(Clock::now() - start, 5ms);
    const auto time = Clock::now() + 5ms;
    co_await sleep_until(time);
    EXPECT_GE(Clock::now(), time);
}

Task<> note(std::chrono::milliseconds pause, char letter, std::string* log) {
    co_await sleep_for(pause);
    *log += letter;
}

CO_TEST(Sleep, LetsOthersRunMeanwhile) {
    std::string log;
    co_await gather(note(60ms, 'c', &log), note(0ms, 'a', &log), note(30ms, 'b', &log));
    EXPECT_EQ(log, "abc");
}

CO_TEST(Sleep, OfNoDurationReturns) {
    co_await sleep_for(0s);
    co_await sleep_for(-1h);
    co_await sleep_until(Clock::time_point::min());
}

CO_TEST(Sleep, OfTheLongestDurationDoesNotWrapAround) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    bool ended = false;
    auto sleeper = [](bool* flag) -> Task<> {
        co_await sleep_for(Clock::duration::max());
        *flag = true;
    };
    group.spawn(sleeper(&ended));
    co_await sleep_for(2ms);
    EXPECT_FALSE(ended);
    group.cancel();
    co_await group.join();
    EXPECT_FALSE(ended);
}

}  // namespace
}  // namespace indrik
