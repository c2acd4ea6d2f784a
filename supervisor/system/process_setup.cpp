#include "supervisor/system/process_setup.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"

namespace indrik::supervisor {

void change_folder(const Settings& settings) {
    if (settings.chdir.empty()) return;
    std::error_code error;
    std::filesystem::current_path(settings.chdir, error);
    if (error) {
        throw ConfigError(fmt::format("--chdir: {}: {}", quote(settings.chdir), error.message()));
    }
}

void set_environment(const Settings& settings) {
    for (const std::string& variable : settings.env) {
        const std::size_t equals = variable.find('=');
        ::setenv(variable.substr(0, equals).c_str(), variable.c_str() + equals + 1, 1);
    }
}

void capture_output(const Settings& settings, const ErrorLog& log) {
    if (!settings.capture_output || settings.error_logfile == "-") return;
    std::fflush(nullptr);
    ::dup2(log.fd(), STDOUT_FILENO);
    ::dup2(log.fd(), STDERR_FILENO);
}

}  // namespace indrik::supervisor
