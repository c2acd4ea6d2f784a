#pragma once
// Counts how fast something is asked for, for very many keys, in a table of fixed size that processes may share.
//
//   RateTable table(words);
//   RateDecision decision = table.take(hash, RateRule(100, 60s), now);
//
// A key needs one number: the time at which its bucket will be full again (the generic cell rate algorithm, which decides as a
// bucket of tokens does). Number and a part of the key's hash are one word, changed by compare-and-swap: no locks, and a process
// that dies at any instruction leaves nothing half done. A bucket that is full says nothing, so its word is free.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace indrik::web {

/// So many a period, and as many at once unless a smaller or larger burst is said.
class RateRule {
public:
    /// Errors: std::invalid_argument for a count or burst of 0, a period over 30 days, or more than one a microsecond.
    RateRule(std::uint32_t count, std::chrono::microseconds period, std::uint32_t burst = 0);

    std::uint64_t count() const { return count_; }
    std::chrono::microseconds period() const { return period_; }
    std::uint64_t burst() const { return burst_; }
    /// How long it takes until a token comes back.
    std::chrono::microseconds interval() const { return interval_; }

private:
    std::uint64_t count_;
    std::chrono::microseconds period_;
    std::uint64_t burst_;
    std::chrono::microseconds interval_;
};

struct RateDecision {
    bool is_allowed = true;
    std::uint64_t remaining = 0;              // how many more would be allowed now
    std::chrono::microseconds full_after{0};  // until all tokens are back
    std::chrono::microseconds retry_after{0};
};

/// Lifetime: the words outlive it. Keys beyond the room displace those that are closest to a full bucket. Two keys whose hashes
/// agree in place and tag share a bucket: one in 100,000 of those that are in the table together.
class RateTable {
public:
    using Word = std::atomic<std::uint64_t>;
    static constexpr std::size_t kWays = 8;

    /// REQUIRES: at least kWays words
    explicit RateTable(std::span<Word> words) : words_(words) {}

    /// Takes a token, if there is one. `now` is of a clock that all processes share.
    RateDecision take(std::uint64_t key_hash, const RateRule& rule, std::chrono::microseconds now);

private:
    std::span<Word> words_;
};

/// SipHash-2-4: who does not know the secret (16 bytes) cannot find keys that collide.
std::uint64_t keyed_hash(std::string_view secret, std::string_view text);

}  // namespace indrik::web
