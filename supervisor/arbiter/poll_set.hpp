#pragma once
// What the master's loop waits for, and who else takes part in it.

#include <chrono>
#include <cstddef>
#include <vector>

#include <poll.h>

#include "supervisor/arbiter/scoreboard.hpp"

namespace indrik::supervisor {

/// The descriptors of one turn of the loop. Made anew each turn.
class PollSet {
public:
    explicit PollSet(TimePoint latest) : latest_(latest) {}

    /// Returns the index that ready() takes.
    std::size_t add(int fd, short events) {
        entries_.push_back({fd, events, 0});
        return entries_.size() - 1;
    }
    /// The loop turns at this time, whether anything happens or not.
    void wake_by(TimePoint time) {
        if (time < latest_) latest_ = time;
    }
    void wait() {
        using std::chrono::milliseconds;
        const auto pause = std::chrono::ceil<milliseconds>(latest_ - Clock::now());
        const auto timeout = pause > milliseconds(0) ? pause : milliseconds(0);
        ::poll(entries_.data(), entries_.size(), static_cast<int>(timeout.count()));
    }
    /// What has happened to it, in the flags of poll(); 0: nothing.
    short ready(std::size_t index) const {
        return index < entries_.size() ? entries_[index].revents : short{0};
    }

private:
    std::vector<pollfd> entries_;
    TimePoint latest_;
};

/// Interface. A part of the master that waits for descriptors of its own. It never blocks the loop, and does not throw.
class PollSource {
public:
    virtual ~PollSource() = default;
    virtual void add_to(PollSet& set) = 0;
    /// Every turn, when the workers have been seen to. True: something was asked for that the loop should do at once.
    virtual bool handle(const PollSet& set) = 0;
    /// In a fresh worker: closes what belongs to the master.
    virtual void abandon() = 0;
};

}  // namespace indrik::supervisor
