// The forms around co_await that the project writes. g++ 12 miscompiles their neighbours (unsafe_forms.cpp), so these must
// run clean under the address sanitizer with every compiler that we support.
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

const char* const kLong = "a text that is too long for the small buffer of std::string";

struct Aggregate {
    std::string text = kLong;
    std::vector<std::string> list;
    int number = 0;
};

/// Options as public interfaces have them: a class with a constructor and chained setters.
class Options {
public:
    Options() : text_(kLong) {}
    Options& text(std::string value) {
        text_ = std::move(value);
        return *this;
    }
    Options& number(int value) {
        number_ = value;
        return *this;
    }
    std::size_t size() const { return text_.size() + static_cast<std::size_t>(number_); }

private:
    std::string text_;
    int number_ = 0;
};

Task<std::size_t> take(std::string text) {
    co_await test::yield();
    co_return text.size();
}

Task<std::size_t> take_aggregate(Aggregate value) {
    co_await test::yield();
    co_return value.text.size() + value.list.size();
}

Task<std::size_t> take_options(std::string text, Options options) {
    co_await test::yield();
    co_return text.size() + options.size();
}

template <class... Args>
Task<std::size_t> take_many(Args... args) {
    co_await test::yield();
    co_return (std::string(args).size() + ...);
}

Task<std::size_t> call(std::function<std::size_t()> function) {
    co_await test::yield();
    co_return function();
}

Task<std::optional<std::string>> next(int& left) {
    co_await test::yield();
    if (left == 0) co_return std::nullopt;
    --left;
    co_return kLong;
}

CO_TEST(SafeForms, StringTemporariesAndLiterals) {
    const std::size_t size = std::string(kLong).size();
    const auto converted = co_await take(kLong);
    EXPECT_EQ(converted, size);
    const auto made = co_await take(std::string(kLong) + "x");
    EXPECT_EQ(made, size + 1);
}

CO_TEST(SafeForms, OptionsWithChainedSetters) {
    const auto size = co_await take_options("ab", Options().text(kLong).number(3));
    EXPECT_EQ(size, std::string(kLong).size() + 5);
    const auto standard = co_await take_options("", Options());
    EXPECT_EQ(standard, std::string(kLong).size());
}

CO_TEST(SafeForms, VariadicArgumentsInPlaceOfLists) {
    const auto size = co_await take_many("a", std::string(kLong), "bc");
    EXPECT_EQ(size, std::string(kLong).size() + 3);
}

CO_TEST(SafeForms, NamedAggregateThatIsMovedOrCopied) {
    Aggregate value{.text = kLong, .list = {kLong, "b"}};
    const auto copied = co_await take_aggregate(value);
    const auto moved = co_await take_aggregate(std::move(value));
    EXPECT_EQ(copied, moved);
}

CO_TEST(SafeForms, NamedTask) {
    auto task = take_aggregate({.text = kLong, .list = {kLong}});
    const auto size = co_await std::move(task);
    EXPECT_EQ(size, std::string(kLong).size() + 1);
}

CO_TEST(SafeForms, NamedLambdaThatCaptures) {
    auto function = [text = std::string(kLong)] { return text.size(); };
    const auto size = co_await call(std::move(function));
    EXPECT_EQ(size, std::string(kLong).size());
    auto coroutine = [text = std::string(kLong)](std::string other) -> Task<std::size_t> {
        co_await test::yield();
        co_return text.size() + other.size();
    };
    const auto both = co_await coroutine(kLong);
    EXPECT_EQ(both, 2 * size);
}

CO_TEST(SafeForms, LoopsOverAnAwaitedValue) {
    int left = 3;
    std::size_t total = 0;
    while (auto text = co_await next(left)) total += text->size();
    left = 2;
    for (auto text = co_await next(left); text; text = co_await next(left)) total += text->size();
    EXPECT_EQ(total, 5 * std::string(kLong).size());
}

CO_TEST(SafeForms, ConditionOnANamedResult) {
    int left = 1;
    const auto text = co_await next(left);
    if (text) {
        EXPECT_EQ(*text, kLong);
    } else {
        ADD_FAILURE();
    }
}

CO_TEST(SafeForms, ExceptionsThrownAndCaughtAroundAwaits) {
    std::string caught;
    auto fail = [](std::string text) -> Task<> {
        co_await test::yield();
        throw std::runtime_error(text + text);
    };
    try {
        co_await fail(kLong);
    } catch (const std::runtime_error& error) {
        caught = error.what();
    }
    co_await test::yield();
    EXPECT_EQ(caught, std::string(kLong) + kLong);
}

Task<Aggregate> returned_braces() {
    co_await test::yield();
    co_return Aggregate{.text = kLong, .list = {"a", kLong}, .number = 1};
}

Task<std::size_t> returned_await(std::string text) {
    co_return co_await take(std::move(text));
}

CO_TEST(SafeForms, Returns) {
    const auto value = co_await returned_braces();
    EXPECT_EQ(value.list.size(), 2u);
    const auto size = co_await returned_await(kLong);
    EXPECT_EQ(size, std::string(kLong).size());
}

}  // namespace
}  // namespace indrik
