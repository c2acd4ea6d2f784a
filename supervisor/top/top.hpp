#pragma once
// `indrik top`: a running master and its workers, live.

#include <string>
#include <vector>

namespace indrik::supervisor {

/// `arguments` are those behind "top". Returns the exit code (control_exit); what goes wrong is one line on standard error.
int run_top_command(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace indrik::supervisor
