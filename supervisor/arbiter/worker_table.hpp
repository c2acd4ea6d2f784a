#pragma once
// The master's books: which processes there are, in which slots, and how the slots have fared.
//
// A slot is a place to work: a number, its listening sockets (Listeners), its history of failures. Workers come and go in
// it; during a reload a slot has two, the one that serves and the one that is to replace it.

#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include <sys/types.h>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/arbiter/scoreboard.hpp"

namespace indrik::supervisor {

/// One worker process.
struct Worker {
    pid_t pid = 0;
    unsigned slot = 0;
    unsigned generation = 0;
    ScoreLine* line = nullptr;
    UniqueFd channel;  // to it; see worker/channel.hpp
    TimePoint started{};
    std::chrono::milliseconds timeout{};  // the settings it was started with
    std::chrono::milliseconds boot_timeout{};
    std::chrono::milliseconds graceful_timeout{};
    std::optional<TimePoint> ready_since;  // none: still booting
    bool is_retiring = false;              // was asked to end
    bool is_leaving = false;               // will be asked to when its replacement is ready
    bool is_silent = false;                // for a second
    bool is_aborted = false;               // for too long
    std::optional<TimePoint> kill_at;      // when patience ends

    bool is_serving() const { return ready_since && !is_retiring; }
    bool is_healthy() const { return is_serving() && !is_silent && !is_aborted; }
};

/// How long a slot that fails again and again waits before its next worker: not at all after the first failure, then
/// 0.1 s, doubled each time. A slot whose worker had served never waits long, for it may have been killed from outside; one
/// whose workers do not even start waits up to 30 s. A worker that had served for kHealthyTime starts the count anew.
class Backoff {
public:
    static constexpr std::chrono::seconds kHealthyTime{2};
    static constexpr std::chrono::milliseconds kFirstPause{100};
    static constexpr std::chrono::milliseconds kLongestPauseAfterService{800};
    static constexpr std::chrono::milliseconds kLongestPause{30'000};

    /// A worker has died unasked. Returns the pause that begins now.
    std::chrono::milliseconds worker_died(TimePoint now, std::optional<TimePoint> ready_since);
    /// When the next worker may start.
    TimePoint not_before() const { return not_before_; }

private:
    unsigned failures_ = 0;
    TimePoint not_before_{};
};

class WorkerTable {
public:
    Worker& add(Worker worker);
    void remove(pid_t pid) { workers_.erase(pid); }
    Worker* find(pid_t pid);
    /// The worker of a slot and generation that is to stay; null: none.
    Worker* find(unsigned slot, unsigned generation);

    std::map<pid_t, Worker>& workers() { return workers_; }
    bool empty() const { return workers_.empty(); }
    bool is_anybody_serving() const;
    /// Ready workers of a generation that were not asked to end.
    unsigned serving(unsigned generation) const;

    Backoff& backoff(unsigned slot);

private:
    std::map<pid_t, Worker> workers_;
    std::vector<Backoff> backoffs_;  // by slot
};

}  // namespace indrik::supervisor
