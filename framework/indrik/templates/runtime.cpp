#include "indrik/templates/runtime.hpp"

#include <algorithm>
#include <utility>

#include "indrik/templates/dict.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/errors.hpp"

namespace indrik::templates {

namespace {
constexpr std::uint64_t kStepsBetweenClockChecks = 4096;
}

Runtime::Runtime(const Environment& environment)
    : environment_(environment), limits_(environment.limits()), steps_beyond_(limits_.steps()) {
    if (limits_.time().count() > 0) {
        deadline_ = std::chrono::steady_clock::now() + limits_.time();
    } else {
        std::swap(steps_until_check_, steps_beyond_);
    }
}

Runtime::~Runtime() {
    for (const Value& object : tracked_) object.object().clear();
}

Value Runtime::undefined(Value name, Value owner, std::string hint) const {
    return Value::undefined(
        environment_.undefined(), std::move(name), std::move(owner), std::move(hint));
}

void Runtime::adopt(const Value& container, const Value& item) {
    if (item.is(Kind::Object)) {
        track(item);
        return;
    }
    if (!item.is_sequence() && !item.is(Kind::Dict)) return;
    Values todo{item};
    while (!todo.empty()) {
        const Value next = std::move(todo.back());
        todo.pop_back();
        step();
        if (next.is_same(container)) fail(ErrorKind::Value, "a container cannot hold itself");
        const auto look = [&](const Value& inner) {
            if (inner.is(Kind::Object)) track(inner);
            if (inner.is_sequence() || inner.is(Kind::Dict)) todo.push_back(inner);
        };
        if (next.is_sequence()) {
            for (const Value& inner : next.items()) look(inner);
        } else {
            for (const Dict::Entry& entry : next.dictionary().entries()) {
                look(entry.key);
                look(entry.value);
            }
        }
    }
}

void Runtime::check_steps(std::uint64_t count) {
    const std::uint64_t left = steps_until_check_ + steps_beyond_;
    if (count > left) {
        fail(ErrorKind::Limit,
             "the template takes more than " + std::to_string(limits_.steps()) + " steps");
    }
    check_clock();
    steps_until_check_ = std::min(left, std::max(count, kStepsBetweenClockChecks));
    steps_beyond_ = left - steps_until_check_;
}

void Runtime::refuse_bytes() const {
    fail(ErrorKind::Limit,
         "the template makes a text of more than " + std::to_string(limits_.output_bytes()) +
             " bytes");
}

void Runtime::refuse_depth() {
    --depth_;
    fail(ErrorKind::Recursion,
         "maximum recursion depth exceeded (" + std::to_string(limits_.recursion()) + ")");
}

void Runtime::check_clock() const {
    if (limits_.time().count() == 0) return;
    if (std::chrono::steady_clock::now() > deadline_) {
        fail(ErrorKind::Limit,
             "the template takes longer than " + std::to_string(limits_.time().count()) + " ms");
    }
}

}  // namespace indrik::templates
