#pragma once
// What the arbiter remembers of what has happened, for those who ask it.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "supervisor/arbiter/scoreboard.hpp"

namespace indrik::supervisor {

struct Books {
    TimePoint started = Clock::now();
    std::uint64_t spawned = 0;
    std::uint64_t died = 0;    // unasked
    std::uint64_t killed = 0;  // by the master: silent, or too slow to end

    std::uint64_t boot_failures = 0;
    std::string last_boot_failure;

    std::uint64_t reloads = 0;  // that went well
    std::uint64_t failed_reloads = 0;
    std::string last_reload_error;  // empty: the last one went well

    /// Reloads that have ended, well or not, have numbers, the first is 1.
    std::uint64_t ended_reloads() const { return reloads + failed_reloads; }

    /// An empty error: it went well.
    void reload_ended(const std::string& error) {
        ++(error.empty() ? reloads : failed_reloads);
        last_reload_error = error;
        outcomes_.emplace_back(ended_reloads(), error);
        if (outcomes_.size() > kOutcomes) outcomes_.pop_front();
    }
    /// The error of that reload, empty if it went well; nothing while it has not ended.
    std::optional<std::string> outcome(std::uint64_t number) const {
        for (const auto& [which, error] : outcomes_) {
            if (which == number) return error;
        }
        return {};
    }

private:
    static constexpr std::size_t kOutcomes = 16;
    std::deque<std::pair<std::uint64_t, std::string>> outcomes_;
};

}  // namespace indrik::supervisor
