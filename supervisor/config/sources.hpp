#pragma once
// Where settings come from, the later wins, as in gunicorn: defaults and their environment variables, the configuration
// file, INDRIK_CMD_ARGS, the command line. Each source replaces a repeatable setting as a whole.

#include <filesystem>
#include <string>
#include <vector>

#include "supervisor/config/command_line.hpp"
#include "supervisor/config/settings.hpp"

namespace indrik::supervisor {

inline constexpr const char* kDefaultConfigFile = "indrik.conf";

/// Reads all sources, at the start and again at every SIGHUP.
class SettingsLoader {
public:
    /// Parses the command line. Relative names of configuration files count from the current folder, now and later.
    /// Errors: ConfigError.
    SettingsLoader(std::vector<std::string> arguments, Program program);

    bool wants_help() const { return command_line_.help; }
    bool wants_version() const { return command_line_.version; }

    /// Errors: ConfigError; nothing of the process is changed.
    Settings load() const;

private:
    CommandLine command_line_;
    Program program_;
    std::filesystem::path folder_;
};

}  // namespace indrik::supervisor
