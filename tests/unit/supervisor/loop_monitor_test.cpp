#include "supervisor/worker/loop_monitor.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/core/log_sinks.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr auto kLimit = 100ms;  // on a busy machine a thread may lose tens of milliseconds

[[gnu::noinline]] void stand_still(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
    }
}

class LoopMonitorTest : public testing::Test {
protected:
    static void describe(void* data, SafeText& text) {
        text << " while " << *static_cast<std::string*>(data);
    }

    asio::io_context loop{ASIO_CONCURRENCY_HINT_UNSAFE};
    std::shared_ptr<MemorySink> sink = std::make_shared<MemorySink>();
    Logging logging{LogLevel::Debug, sink};
    std::string occupation = "testing";
    LoopMonitor monitor{loop, kLimit, logging.logger("monitor"), describe, &occupation};
};

TEST_F(LoopMonitorTest, NamesWhatBlocks) {
    asio::post(loop, [] { stand_still(3 * kLimit); });
    monitor.run();
    EXPECT_THAT(sink->text(), HasSubstr("[WARNING] [monitor] The loop was blocked for "));
    EXPECT_THAT(sink->text(), HasSubstr("--slow-callback is 100 ms while testing\n"));
    EXPECT_THAT(sink->text(), HasSubstr("stand_still"));
}

TEST_F(LoopMonitorTest, ManyShortTurnsAreNotALongOne) {
    int left = 300;
    std::function<void()> again = [&] {
        stand_still(1ms);
        if (--left > 0) asio::post(loop, again);
    };
    asio::post(loop, again);
    monitor.run();
    EXPECT_EQ(left, 0);
    EXPECT_THAT(sink->text(), Not(HasSubstr("blocked")));
}

TEST_F(LoopMonitorTest, WaitingIsNotBlocking) {
    asio::steady_timer timer(loop, 2 * kLimit);
    bool fired = false;
    timer.async_wait([&](const std::error_code&) { fired = true; });
    monitor.run();
    EXPECT_TRUE(fired);
    EXPECT_EQ(sink->text(), "");
}

TEST_F(LoopMonitorTest, TimersAndPostedWorkRunAsInAnyLoop) {
    asio::steady_timer timer(loop, 5ms);
    std::string order;
    timer.async_wait([&](const std::error_code&) {
        order += "timer ";
        asio::post(loop, [&] { order += "posted "; });
    });
    asio::post(loop, [&] { order += "first "; });
    monitor.run();
    EXPECT_EQ(order, "first timer posted ");
}

TEST_F(LoopMonitorTest, ExceptionsComeOutAndTheLoopGoesOn) {
    bool reached = false;
    asio::post(loop, [] { throw std::runtime_error("out"); });
    asio::post(loop, [&] { reached = true; });
    EXPECT_THROW(monitor.run(), std::runtime_error);
    monitor.run();
    EXPECT_TRUE(reached);
}

TEST_F(LoopMonitorTest, EachBlockedTurnIsReportedOnce) {
    for (int i = 0; i < 3; ++i) asio::post(loop, [] { stand_still(3 * kLimit); });
    monitor.run();
    std::size_t count = 0;
    const std::string text = sink->text();
    for (std::size_t at = 0; (at = text.find("was blocked", at)) != std::string::npos; ++at)
        ++count;
    EXPECT_EQ(count, 3u);
}

}  // namespace
}  // namespace indrik::supervisor
