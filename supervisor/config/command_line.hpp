#pragma once
// The command line, as `indrik`, an indrik::run() program and INDRIK_CMD_ARGS take it.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "supervisor/config/settings.hpp"

namespace indrik::supervisor {

/// What was given, not yet parsed by the settings.
struct CommandLine {
    bool help = false;
    bool version = false;
    std::map<const Setting*, std::vector<std::string>> values;
};

/// Who reads the command line: `indrik` wants a module, a program of its own brings its application.
enum class Program { Indrik, Embedded };

/// Errors: throws ConfigError with exit_codes::kUsage; the message names the option.
CommandLine parse_command_line(const std::vector<std::string>& arguments, Program program);

/// As a shell would, quotes and backslashes included.
std::vector<std::string> split_arguments(const std::string& text);

/// The option that was probably meant, with its dashes; empty: none is near.
std::string nearest_option(std::string_view mistyped);

}  // namespace indrik::supervisor
