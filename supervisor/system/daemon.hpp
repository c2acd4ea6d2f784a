#pragma once
// --daemon: the master goes to the background, and the command that started it ends when its workers serve.
//
//   DaemonStart start = go_to_background();
//   if (start.parent_exit_code) return *start.parent_exit_code;    // we are the command; the reason has been printed
//   ... start.report.ready();  or  start.report.failed(code, "why");

#include <optional>
#include <string_view>

#include "indrik/core/unique_fd.hpp"

namespace indrik::supervisor {

/// The end of the pipe by which the daemon tells the command how its start went. Said once; later calls do nothing, as does
/// a report that belongs to no command.
class StartReport {
public:
    StartReport() = default;
    explicit StartReport(UniqueFd pipe) : pipe_(std::move(pipe)) {}

    void ready() { tell(0, {}); }
    void failed(int exit_code, std::string_view reason) { tell(exit_code, reason); }
    /// In a worker: only the master speaks.
    void abandon() { pipe_.reset(); }

private:
    void tell(int exit_code, std::string_view text);

    UniqueFd pipe_;
};

struct DaemonStart {
    std::optional<int> parent_exit_code;  // in the command: what it ends with
    StartReport report;                   // in the daemon
};

/// Forks twice, in a session of its own, umask 022, standard streams on /dev/null. Returns in both processes: in the daemon
/// at once, in the command when the daemon has reported or has gone; `name` begins what it prints then.
/// Errors: std::system_error. REQUIRES: one thread.
DaemonStart go_to_background(std::string_view name);

}  // namespace indrik::supervisor
