#pragma once
// The commands of the control socket, as text: "show workers", "scale 4", "worker kill 4711 QUIT".

#include <string>
#include <string_view>

#include "supervisor/control/target.hpp"

namespace indrik::supervisor {

/// An answer, or what will have it.
struct CommandResult {
    ControlAnswer answer;
    Pending pending;  // empty: the answer is there
};

/// Carries it out. "--wait" behind reload, scale, worker add and worker remove: the answer comes when it is done, or has failed.
CommandResult run_command(std::string_view command, ControlTarget& target);

/// Whether the command changes anything, which is worth a line in the log.
bool is_change(std::string_view command);

/// What there is, for `help` and --help.
std::string_view command_help();

}  // namespace indrik::supervisor
