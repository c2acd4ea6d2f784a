#pragma once
// What a process is told before it works: its environment, and where its standard output goes.

#include "supervisor/config/settings.hpp"
#include "supervisor/system/error_log.hpp"

namespace indrik::supervisor {

/// Goes to the folder of --chdir. Errors: ConfigError.
void change_folder(const Settings& settings);

/// Sets the variables of --env in this process: a worker's, so that a reload can take them back.
void set_environment(const Settings& settings);

/// With --capture-output, lets what this process writes to standard output and standard error go to the file of the error
/// log. Again after each ErrorLog::reopen(). Does nothing when the log is standard error.
void capture_output(const Settings& settings, const ErrorLog& log);

}  // namespace indrik::supervisor
