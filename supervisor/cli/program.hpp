#pragma once
// What `indrik` and the programs that call indrik::run have in common.

#include "supervisor/config/command_line.hpp"
#include "supervisor/worker/worker_process.hpp"

namespace indrik::supervisor {

/// Reads the settings, supervises workers that do what `process` does, and returns the exit code. What goes wrong is one
/// line on standard error. A module named by --hooks changes `hooks`.
int run_program(int argc, char** argv, Program program, WorkerProcess& process, Hooks hooks = {});

}  // namespace indrik::supervisor
