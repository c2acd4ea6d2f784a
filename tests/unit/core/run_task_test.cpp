#include "indrik/core/run_task.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>

#include "indrik/core/sleep.hpp"

namespace indrik {
namespace {

Task<std::unique_ptr<int>> seven() {
    co_await sleep_for(std::chrono::milliseconds(1));
    co_return std::make_unique<int>(7);
}

Task<> fail() {
    co_await sleep_for(std::chrono::milliseconds(1));
    throw std::runtime_error("broken");
}

TEST(RunTask, ReturnsTheValue) {
    EXPECT_EQ(7, *run_task(seven()));
}

TEST(RunTask, ThrowsWhatTheTaskThrows) {
    EXPECT_THROW(run_task(fail()), std::runtime_error);
}

}  // namespace
}  // namespace indrik
