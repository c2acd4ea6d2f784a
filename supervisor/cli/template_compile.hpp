#pragma once
// `indrik templates compile`: templates to C++, for indrik_compile_templates() of the CMake package.

#include <string>

#include "supervisor/cli/template_options.hpp"

namespace indrik::supervisor {

/// Writes the files whose text has changed. Returns the exit code: 0, or 1 for an error in a template.
/// Errors: UsageError; std::runtime_error for a file that cannot be read or written.
int compile_templates(const Texts& arguments);

}  // namespace indrik::supervisor
