#pragma once
// `indrik ctl COMMAND`: commands a running master over its control socket.

#include <string>
#include <vector>

namespace indrik::supervisor {

/// `arguments` are those behind "ctl". Returns the exit code (control_exit); what goes wrong is one line on standard error.
int run_ctl_command(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace indrik::supervisor
