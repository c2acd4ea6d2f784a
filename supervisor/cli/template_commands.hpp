#pragma once
// `indrik render`, `indrik templates check` and `indrik templates compile`: templates on the command line.

#include <optional>

namespace indrik::supervisor {

/// Runs the command if the arguments name one of these, and returns its exit code: 0, 1 for an error in a template, 2 for a
/// command line (or data) that cannot be used. Nothing: the arguments mean something else.
std::optional<int> run_template_command(int argc, char** argv);

}  // namespace indrik::supervisor
