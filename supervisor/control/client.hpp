#pragma once
// The client's end of the control socket, for commands that people and scripts run.
//
//   ControlClient client(path, 10s);
//   json::Value data = client.ask("show workers", 10s);

#include <chrono>
#include <stdexcept>
#include <string>

#include "indrik/core/unique_fd.hpp"
#include "indrik/json/value.hpp"
#include "supervisor/control/protocol.hpp"

namespace indrik::supervisor {

/// How `indrik ctl` and `indrik top` end.
namespace control_exit {
inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;     // the master refused, or what it did has failed
inline constexpr int kUsage = 2;       // a command line that cannot be read
inline constexpr int kNoInstance = 3;  // no such socket, or nobody listens there
inline constexpr int kDenied = 4;      // this user may not
inline constexpr int kTimedOut = 5;    // no answer in time
}  // namespace control_exit

/// What went wrong, in one line.
class ControlError : public std::runtime_error {
public:
    ControlError(const std::string& message, int exit_code)
        : std::runtime_error(message), exit_code_(exit_code) {}
    int exit_code() const { return exit_code_; }

private:
    int exit_code_;
};

class ControlClient {
public:
    using Milliseconds = std::chrono::milliseconds;

    /// Errors: ControlError.
    ControlClient(const std::string& path, Milliseconds timeout);

    /// The answer's data. Errors: ControlError; unless it is kRefused, the connection is of no use any more.
    json::Value ask(const std::string& command, Milliseconds timeout);
    /// Waits until the master closes the connection, which it does at its end. Errors: ControlError.
    void wait_for_end(Milliseconds timeout);

private:
    using Deadline = std::chrono::steady_clock::time_point;

    void wait(short events, Deadline deadline) const;
    void send(std::string_view bytes, Deadline deadline);
    std::string receive(Deadline deadline);
    [[noreturn]] void time_out() const;

    std::string path_;
    UniqueFd fd_;
    FrameReader reader_;
    Milliseconds timeout_{};
    int next_id_ = 1;
};

}  // namespace indrik::supervisor
