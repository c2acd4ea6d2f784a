#pragma once
// The master's signals as a file descriptor: nothing runs in a signal handler, and a signal that arrives between two looks
// is not lost.

#include <chrono>
#include <optional>
#include <string>

#include "indrik/core/unique_fd.hpp"

namespace indrik::supervisor {

/// Blocks the master's signals for this process and queues them. One a process; SIGPIPE is ignored for good.
class SignalQueue {
public:
    SignalQueue();
    SignalQueue(const SignalQueue&) = delete;
    SignalQueue& operator=(const SignalQueue&) = delete;
    ~SignalQueue();

    int fd() const { return fd_.get(); }
    /// The next signal that arrived, without waiting.
    std::optional<int> next();
    /// Whether the last one came from the keyboard (^C): the terminal sends it to the whole process group.
    bool came_from_terminal() const { return came_from_terminal_; }
    /// Waits for one, at most so long.
    bool wait(std::chrono::milliseconds longest) const;
    /// In a fresh worker: lets go of the descriptor.
    void abandon() { fd_.reset(); }

private:
    UniqueFd fd_;
    bool came_from_terminal_ = false;
};

/// In a fresh worker: ends at once on TERM, INT and QUIT, ignores what is meant for masters, unblocks everything.
void reset_signals_in_child();

/// "SIGTERM"; "signal 42" for what has no name.
std::string signal_name(int number);

}  // namespace indrik::supervisor
