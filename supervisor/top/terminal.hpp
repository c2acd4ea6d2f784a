#pragma once
// A terminal that is drawn on: keys come singly, and everything is as before when it goes.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <termios.h>

#include "indrik/core/unique_fd.hpp"

namespace indrik::supervisor {

/// One a process. Signals that end the process are taken, so that the terminal is restored first.
class Terminal {
public:
    /// Standard input and output are a terminal.
    static bool is_there();

    /// Errors: std::system_error.
    Terminal();
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal();

    struct Size {
        std::size_t width = 80;
        std::size_t height = 24;
    };
    Size size() const;
    void draw(const std::vector<std::string>& lines, std::size_t highlighted);

    enum class Event { Nothing, Key, Resized, End };
    /// Waits so long for one.
    Event wait(std::chrono::milliseconds longest);
    /// The key of the last Event::Key.
    char key() const { return key_; }

private:
    void enter();
    void leave();
    Event read_signal();
    Event read_key();

    termios before_{};
    UniqueFd signals_;
    char key_ = 0;
    bool is_entered_ = false;
};

}  // namespace indrik::supervisor
