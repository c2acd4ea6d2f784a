#include "supervisor/arbiter/worker_table.hpp"

#include <algorithm>

namespace indrik::supervisor {

std::chrono::milliseconds Backoff::worker_died(TimePoint now,
                                               std::optional<TimePoint> ready_since) {
    if (ready_since && now - *ready_since >= kHealthyTime) failures_ = 0;
    ++failures_;
    std::chrono::milliseconds pause{0};
    if (failures_ > 1) {
        const unsigned doublings = std::min(failures_ - 2, 16u);
        const auto longest = ready_since ? kLongestPauseAfterService : kLongestPause;
        pause = std::min(kFirstPause * (1 << doublings), longest);
    }
    not_before_ = now + pause;
    return pause;
}

Worker& WorkerTable::add(Worker worker) {
    const pid_t pid = worker.pid;
    return workers_.insert_or_assign(pid, std::move(worker)).first->second;
}

Worker* WorkerTable::find(pid_t pid) {
    const auto found = workers_.find(pid);
    return found == workers_.end() ? nullptr : &found->second;
}

Worker* WorkerTable::find(unsigned slot, unsigned generation) {
    for (auto& [pid, worker] : workers_) {
        if (worker.slot == slot && worker.generation == generation && !worker.is_retiring &&
            !worker.is_leaving)
            return &worker;
    }
    return nullptr;
}

bool WorkerTable::is_anybody_serving() const {
    return std::ranges::any_of(workers_,
                               [](const auto& entry) { return entry.second.is_serving(); });
}

unsigned WorkerTable::serving(unsigned generation) const {
    return static_cast<unsigned>(std::ranges::count_if(workers_, [&](const auto& entry) {
        return entry.second.generation == generation && entry.second.is_serving();
    }));
}

Backoff& WorkerTable::backoff(unsigned slot) {
    if (slot >= backoffs_.size()) backoffs_.resize(slot + 1);
    return backoffs_[slot];
}

}  // namespace indrik::supervisor
