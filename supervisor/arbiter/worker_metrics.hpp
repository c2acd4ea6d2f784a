#pragma once
// What a worker counts of its requests, in its line of the scoreboard: the worker writes, the master adds up. When a worker
// has ended, its sums go into the master's totals, so that nothing that was counted is lost.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace indrik::supervisor {

/// The upper ends of the histogram's buckets; there is one more, without end.
inline constexpr std::array<std::chrono::microseconds, 13> kDurationBuckets{
    std::chrono::microseconds(1'000),
    std::chrono::microseconds(2'500),
    std::chrono::microseconds(5'000),
    std::chrono::microseconds(10'000),
    std::chrono::microseconds(25'000),
    std::chrono::microseconds(50'000),
    std::chrono::microseconds(100'000),
    std::chrono::microseconds(250'000),
    std::chrono::microseconds(500'000),
    std::chrono::microseconds(1'000'000),
    std::chrono::microseconds(2'500'000),
    std::chrono::microseconds(5'000'000),
    std::chrono::microseconds(10'000'000)};

/// Sums as plain numbers.
struct MetricSums {
    std::array<std::uint64_t, 5> responses{};  // by the first digit of the status: 1xx first
    std::array<std::uint64_t, kDurationBuckets.size() + 1> durations{};
    std::uint64_t duration_us = 0;  // of all together
    std::uint64_t accepted = 0;

    MetricSums& operator+=(const MetricSums& other) {
        for (std::size_t i = 0; i < responses.size(); ++i) responses[i] += other.responses[i];
        for (std::size_t i = 0; i < durations.size(); ++i) durations[i] += other.durations[i];
        duration_us += other.duration_us;
        accepted += other.accepted;
        return *this;
    }
};

/// One process writes, so no operation needs to be atomic but the single store.
class WorkerMetrics {
public:
    /// `status` is the number: 200. Statuses outside 100 to 599 count as 5xx.
    void count(unsigned status, std::chrono::microseconds duration) {
        const unsigned digit = status / 100;
        add(responses_[digit >= 1 && digit <= 5 ? digit - 1 : 4], 1);
        std::size_t bucket = 0;
        while (bucket < kDurationBuckets.size() && duration > kDurationBuckets[bucket]) ++bucket;
        add(durations_[bucket], 1);
        add(duration_us_, static_cast<std::uint64_t>(duration.count()));
    }
    void set_loop_lag(std::chrono::microseconds lag) {
        loop_lag_us_.store(static_cast<std::uint64_t>(lag.count()), std::memory_order_relaxed);
    }
    void set_resident_bytes(std::uint64_t bytes) {
        resident_bytes_.store(bytes, std::memory_order_relaxed);
    }
    void set_turned_away(std::uint64_t count) {
        turned_away_.store(count, std::memory_order_relaxed);
    }

    MetricSums sums() const {
        MetricSums sums;
        for (std::size_t i = 0; i < responses_.size(); ++i)
            sums.responses[i] = responses_[i].load(std::memory_order_relaxed);
        for (std::size_t i = 0; i < durations_.size(); ++i)
            sums.durations[i] = durations_[i].load(std::memory_order_relaxed);
        sums.duration_us = duration_us_.load(std::memory_order_relaxed);
        return sums;
    }
    std::uint64_t loop_lag_us() const { return loop_lag_us_.load(std::memory_order_relaxed); }
    std::uint64_t resident_bytes() const { return resident_bytes_.load(std::memory_order_relaxed); }
    std::uint64_t turned_away() const { return turned_away_.load(std::memory_order_relaxed); }

    void reset() {
        for (auto& count : responses_) count = 0;
        for (auto& count : durations_) count = 0;
        duration_us_ = loop_lag_us_ = resident_bytes_ = turned_away_ = 0;
    }

private:
    using Counter = std::atomic<std::uint64_t>;
    static void add(Counter& counter, std::uint64_t number) {
        counter.store(counter.load(std::memory_order_relaxed) + number, std::memory_order_relaxed);
    }

    std::array<Counter, 5> responses_;
    std::array<Counter, kDurationBuckets.size() + 1> durations_;
    Counter duration_us_;
    Counter loop_lag_us_;  // how late the loop's last timer was
    Counter resident_bytes_;
    Counter turned_away_;  // connections, because there were too many
};

}  // namespace indrik::supervisor
