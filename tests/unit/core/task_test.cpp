#include "indrik/core/task.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "indrik/core/sleep.hpp"
#include "tests/support/co_test.hpp"

// clang notices the mistake, g++ 12 does not.
#pragma GCC diagnostic ignored "-Wreturn-type"

namespace indrik {
namespace {

/// What users forget: nothing is returned if the condition does not hold.
Task<std::string> forgetful(bool remembers) {
    co_await test::yield();
    if (remembers) co_return "value";
}
Task<std::unique_ptr<int>> forgetful_at_once(bool remembers) {
    if (remembers) co_return std::make_unique<int>(1);
}
Task<int> passed_on(bool remembers) {
    const std::unique_ptr<int> value = co_await forgetful_at_once(remembers);
    co_return *value;
}

CO_TEST(Task, WithoutAValueIsAnErrorOfTheAwaiter) {
    for (int i = 0; i < 3; ++i) {  // in memory that held a value before
        const std::string value = co_await forgetful(true);
        EXPECT_EQ(value, "value");
        std::string message;
        try {
            co_await forgetful(false);
        } catch (const std::logic_error& error) {
            message = error.what();
        }
        EXPECT_EQ(message, "a coroutine that returns a value ended without co_return");
    }
}

CO_TEST(Task, WithoutAValueIsAnErrorThroughOthersToo) {
    const int one = co_await passed_on(true);
    EXPECT_EQ(one, 1);
    const bool has_thrown = co_await test::throws<std::logic_error>(passed_on(false));
    EXPECT_TRUE(has_thrown);
}

struct Counted {
    explicit Counted(int* counter) : alive(counter) { ++*alive; }
    Counted(Counted&& other) noexcept : alive(other.alive) { ++*alive; }
    ~Counted() { --*alive; }
    int* alive;
};

Task<Counted> counted(int* alive) {
    Counted made(alive);
    co_return std::move(made);
}

CO_TEST(Task, DestroysItsValueOnce) {
    int alive = 0;
    {
        const Counted value = co_await counted(&alive);
        EXPECT_EQ(alive, 1);
    }
    EXPECT_EQ(alive, 0);
    co_await counted(&alive);
    EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace indrik
