#pragma once
// `indrik routes MODULE`: prints the routes of an application module, without serving it.

#include <string>
#include <vector>

namespace indrik::supervisor {

/// `arguments` are those behind "routes"; `program` is how the command was called. Returns the exit code; what goes wrong is
/// one line on standard error.
int run_routes_command(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace indrik::supervisor
