// Legal code that g++ 12 gets wrong, one form for each value of PROBE; what becomes of them is in expectations.txt.
// Never write these. The forms to write instead are in safe_forms_test.cpp.
#include <cstdio>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "probe.hpp"

namespace {

using probe::Lazy;

const char* const kLong = "a text that is too long for the small buffer of std::string";

struct Aggregate {
    std::string text = kLong;
    std::vector<std::string> list;
    int number = 0;
};

struct Pairs {
    std::vector<std::pair<std::string, std::string>> items;
    Pairs(std::initializer_list<std::pair<std::string, std::string>> list) : items(list) {}
};

[[maybe_unused]] Lazy<int> take(Aggregate value) {
    co_await probe::Pause();
    co_return static_cast<int>(value.text.size());
}

[[maybe_unused]] Lazy<int> take_reference(const Aggregate& value) {
    co_await probe::Pause();
    co_return static_cast<int>(value.text.size());
}

[[maybe_unused]] Lazy<int> take_through_function(Aggregate value) {
    return take(std::move(value));
}

[[maybe_unused]] Lazy<int> take_default(int, Aggregate value = {}) {
    return take(std::move(value));
}

[[maybe_unused]] Lazy<int> count(std::vector<std::string> list) {
    co_await probe::Pause();
    co_return static_cast<int>(list.size());
}

[[maybe_unused]] Lazy<int> count_pairs(Pairs pairs) {
    co_await probe::Pause();
    co_return static_cast<int>(pairs.items.size());
}

template <class Function>
[[maybe_unused]] Lazy<int> call(Function function) {
    co_await probe::Pause();
    co_return function();
}

[[maybe_unused]] Lazy<int> ready(int value) {
    co_await probe::Pause();
    co_return value;
}

Lazy<int> form() {
#if PROBE == 1  // aggregate, designated, as a parameter of a coroutine
    co_return co_await take({.text = kLong});
#elif PROBE == 2   // aggregate temporary, named type
    co_return co_await take(Aggregate{.text = kLong});
#elif PROBE == 3   // through a plain function
    co_return co_await take_through_function({.text = kLong, .number = 3});
#elif PROBE == 4   // bound to a reference
    co_return co_await take_reference({.text = kLong});
#elif PROBE == 5   // default argument
    co_return co_await take_default(1);
#elif PROBE == 6   // lambda with a capture by value, as a temporary
    const std::string text = kLong;
    co_return co_await call([text] { return static_cast<int>(text.size()); });
#elif PROBE == 7   // initializer list of a vector
    co_return co_await count({kLong, "b"});
#elif PROBE == 8   // initializer list of a class
    co_return co_await count_pairs({{"a", kLong}, {"b", "c"}});
#elif PROBE == 9   // list in an aggregate
    co_return co_await take({.list = {kLong, "b"}});
#elif PROBE == 10  // await inside the braces of an aggregate
    const Aggregate value{kLong, {}, co_await ready(1)};
    co_return value.number;
#elif PROBE == 11  // await in the condition of the first statement
    if (co_await ready(1)) co_return 1;
    co_return 0;
#else
#error "no such form"
#endif
}

}  // namespace

int main() {
    std::printf("%d\n", form().run());
}
