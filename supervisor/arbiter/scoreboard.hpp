#pragma once
// What the master and its workers know of each other: one line a worker in memory that all share. The worker writes its
// heartbeat and counters; the master reads them. No locks: every field is an atomic of its own.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "supervisor/arbiter/worker_metrics.hpp"

namespace indrik::supervisor {

using Clock = std::chrono::steady_clock;  // CLOCK_MONOTONIC: the same in all processes
using TimePoint = Clock::time_point;

enum class WorkerState : std::uint32_t { Free, Booting, Ready, Retiring };

/// Why a worker wishes to be replaced.
enum class RecyclingReason : std::uint32_t { None, Requests, Memory, Age };

/// One worker. A line lives in shared memory, is claimed before the fork and released when the worker has been reaped.
struct alignas(64) ScoreLine {
    // Written by the master, but for the state's change to Ready.
    std::atomic<std::int32_t> pid;
    std::atomic<std::uint32_t> slot;
    std::atomic<std::uint32_t> generation;
    std::atomic<WorkerState> state;

    // Written by the worker (the first heartbeat by the master, so that booting is watched too).
    std::atomic<std::int64_t> heartbeat_ns;
    std::atomic<std::uint64_t> accepted;
    std::atomic<std::uint64_t> connections;
    std::atomic<std::uint64_t> requests;
    std::atomic<std::uint64_t> in_flight;

    std::atomic<RecyclingReason> recycling;  // set by the worker, once

    WorkerMetrics metrics;

    /// Why the worker gives up, for the master's log. Written once, before the worker exits.
    std::array<char, 1024> failure;

    void beat() {
        heartbeat_ns.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
    }
    TimePoint last_beat() const {
        return TimePoint(Clock::duration(heartbeat_ns.load(std::memory_order_relaxed)));
    }
    void set_failure(std::string_view reason);
    std::string failure_text() const;
};
static_assert(std::atomic<std::int64_t>::is_always_lock_free &&
              std::atomic<WorkerState>::is_always_lock_free);
static_assert(sizeof(Clock::rep) == sizeof(std::int64_t));

/// The shared memory. Made before the first fork, so that every worker has it at the same place.
class Scoreboard {
public:
    explicit Scoreboard(std::size_t lines);
    Scoreboard(const Scoreboard&) = delete;
    Scoreboard& operator=(const Scoreboard&) = delete;
    ~Scoreboard();

    /// A line of zeros but for a fresh heartbeat, in state Booting; null: all are taken.
    ScoreLine* claim(unsigned slot, unsigned generation);
    void release(ScoreLine& line);

    std::span<ScoreLine> lines() { return {lines_, size_}; }

private:
    ScoreLine* lines_;
    std::size_t size_;
};

}  // namespace indrik::supervisor
