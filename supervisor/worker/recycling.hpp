#pragma once
// When a worker should be replaced although nothing is wrong with it: after so many requests, above so much memory, at such
// an age. It only says so, in the scoreboard; the master starts the replacement first.
//
//   Recycling recycling(settings, random_seed, now);
//   if (const auto reason = recycling.due(requests, now)) ...

#include <chrono>
#include <cstdint>
#include <optional>

#include "supervisor/arbiter/scoreboard.hpp"
#include "supervisor/config/settings.hpp"

namespace indrik::supervisor {

class Recycling {
public:
    /// `seed` spreads the workers: each gets limits of its own.
    Recycling(const Settings& settings, std::uint64_t seed, TimePoint started);

    /// `rss_bytes` is asked for only if there is a limit of memory.
    RecyclingReason due(std::uint64_t requests,
                        TimePoint now,
                        std::uint64_t (*rss_bytes)() = &resident_bytes) const;

    static std::uint64_t resident_bytes();  // of this process

    /// A worker younger than this is not replaced for its memory: the next one would be as large.
    static constexpr std::chrono::seconds kMinimumAge{10};

private:
    std::uint64_t most_requests_;  // 0: no limit
    std::uint64_t most_bytes_;
    TimePoint started_;
    std::optional<TimePoint> end_;
};

}  // namespace indrik::supervisor
