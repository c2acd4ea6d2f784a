#pragma once
// The text of --help, from the table of settings, for a terminal of 80 columns.

#include <string>
#include <string_view>

#include "supervisor/config/command_line.hpp"

namespace indrik::supervisor {

std::string format_help(std::string_view program_name, Program program);

}  // namespace indrik::supervisor
