#include "indrik/core/signal.hpp"

#include <stdexcept>
#include <string>

#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

using test::throws;
using test::yield;

CO_TEST(Signal, AwaitsCallbacksInTheOrderOfAppending) {
    Signal<std::string&, int> signal;
    for (const char letter : {'a', 'b', 'c'}) {
        signal.append([letter](std::string& log, int turns) -> Task<> {
            log += letter;
            co_await yield(turns);
            log += static_cast<char>(letter - 'a' + 'A');
        });
    }
    signal.freeze();
    std::string log;
    co_await signal.send(log, 3);
    EXPECT_EQ(log, "aAbBcC");
    EXPECT_EQ(signal.size(), 3u);
}

CO_TEST(Signal, FirstFailureEndsIt) {
    Signal<int&> signal;
    signal.append([](int& count) -> Task<> {
        ++count;
        throw std::runtime_error("no");
        co_return;
    });
    signal.append([](int& count) -> Task<> {
        ++count;
        co_return;
    });
    signal.freeze();
    int count = 0;
    const bool failed = co_await throws<std::runtime_error>(signal.send(count));
    EXPECT_TRUE(failed);
    EXPECT_EQ(count, 1);
}

TEST(Signal, RefusesCallbacksOnceFrozen) {
    Signal<> signal;
    signal.freeze();
    signal.freeze();
    EXPECT_TRUE(signal.is_frozen());
    EXPECT_THROW(signal.append([]() -> Task<> { co_return; }), std::logic_error);
}

TEST(Signal, RefusesAnEmptyCallback) {
    Signal<> signal;
    EXPECT_THROW(signal.append(nullptr), std::logic_error);
}

CO_TEST(Signal, CannotBeSentBeforeItIsFrozen) {
    Signal<> signal;
    const bool failed = co_await throws<std::logic_error>(signal.send());
    EXPECT_TRUE(failed);
}

}  // namespace
}  // namespace indrik
