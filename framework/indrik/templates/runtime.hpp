#pragma once
// One rendering's surroundings: the environment, the limits that keep a template from hanging a worker, and what operators,
// filters and callables need of them.

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include "indrik/templates/object.hpp"
#include "indrik/templates/value.hpp"

namespace indrik::templates {

class Environment;

/// What one rendering may use. Beyond any of them: SecurityError of kind Limit (recursion: RecursionError).
class Limits {
public:
    /// Of the whole output, and of any one text that is made on the way. 64 MiB.
    Limits& output_bytes(std::size_t bytes) { return output_bytes_ = bytes, *this; }
    /// Statements, iterations, calls and items made by filters. 50 million.
    Limits& steps(std::uint64_t count) { return steps_ = count, *this; }
    /// Nested macros, blocks, includes and loops. 100.
    Limits& recursion(int depth) { return recursion_ = depth, *this; }
    /// Wall time of a rendering; zero, the default, is none.
    Limits& time(std::chrono::milliseconds time) { return time_ = time, *this; }

    std::size_t output_bytes() const { return output_bytes_; }
    std::uint64_t steps() const { return steps_; }
    int recursion() const { return recursion_; }
    std::chrono::milliseconds time() const { return time_; }

private:
    std::size_t output_bytes_ = std::size_t{64} << 20;
    std::uint64_t steps_ = 50'000'000;
    int recursion_ = 100;
    std::chrono::milliseconds time_{0};
};

class Runtime {
public:
    explicit Runtime(const Environment& environment);
    ~Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    const Environment& environment() const { return environment_; }
    const Limits& limits() const { return limits_; }
    /// What {% autoescape %} says at this moment.
    bool autoescape() const { return autoescape_; }
    void set_autoescape(bool on) { autoescape_ = on; }

    /// Counts work. Errors: Limit.
    void step(std::uint64_t count = 1) {
        if (count > steps_until_check_) [[unlikely]]
            check_steps(count);
        steps_until_check_ -= count;
    }
    /// Errors: Limit, for a text of so many bytes.
    void check_bytes(std::size_t bytes) const {
        if (bytes > limits_.output_bytes()) [[unlikely]]
            refuse_bytes();
    }
    /// Counts `count` more characters or items of a value that is going to be made.
    void check_items(std::uint64_t count) {
        check_bytes(static_cast<std::size_t>(count / 4));
        step(count / 64 + 1);
    }
    Value undefined(Value name, Value owner = Value::missing(), std::string hint = {}) const;
    /// Called before a template puts `item` into `container`: refuses cycles of containers, and remembers objects that may
    /// be part of one (their clear() is called when the rendering ends).
    void adopt(const Value& container, const Value& item);
    void track(const Value& object) { tracked_.push_back(object); }

    void enter() {
        if (++depth_ > limits_.recursion()) refuse_depth();
    }
    void leave() { --depth_; }

private:
    void check_steps(std::uint64_t count);
    [[noreturn]] void refuse_bytes() const;
    [[noreturn]] void refuse_depth();
    void check_clock() const;

    const Environment& environment_;
    const Limits limits_;
    bool autoescape_ = false;
    int depth_ = 0;
    std::uint64_t steps_until_check_ =
        0;  // of the limit, or of the clock if there is a limit of time
    std::uint64_t steps_beyond_;
    std::chrono::steady_clock::time_point deadline_{};
    Values tracked_;
};

/// Counts a level of nesting while it lives.
class Nesting {
public:
    explicit Nesting(Runtime& runtime) : runtime_(runtime) { runtime_.enter(); }
    ~Nesting() { runtime_.leave(); }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

private:
    Runtime& runtime_;
};

}  // namespace indrik::templates
