#include "supervisor/cli/program.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "indrik/core/version.hpp"
#include "supervisor/arbiter/arbiter.hpp"
#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/config/help.hpp"
#include "supervisor/system/process_title.hpp"

namespace indrik::supervisor {
namespace {

int print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    return exit_codes::kSuccess;
}

int complain(const std::string& name, const std::string& message, int exit_code) {
    std::fputs(fmt::format("{}: {}\n", name, message).c_str(), stderr);
    return exit_code;
}

int supervise(const std::string& name,
              SettingsLoader loader,
              WorkerProcess& process,
              Invocation invocation) {
    Arbiter arbiter(std::move(loader), process, std::move(invocation));
    const int exit_code = arbiter.run();
    // Its log said so; the terminal has seen it only if that is where the log goes.
    const bool is_seen = arbiter.failure().empty() || arbiter.settings().error_logfile == "-";
    return is_seen ? exit_code : complain(name, arbiter.failure(), exit_code);
}

}  // namespace

int run_program(int argc, char** argv, Program program, WorkerProcess& process) {
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    const std::string name =
        argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "indrik";
    Invocation invocation = Invocation::capture(argc, argv);
    remember_arguments(argc, argv);
    try {
        SettingsLoader loader(arguments, program);
        if (loader.wants_help()) return print(format_help(name, program));
        if (loader.wants_version()) return print("indrik " INDRIK_VERSION "\n");
        return supervise(name, std::move(loader), process, std::move(invocation));
    } catch (const ConfigError& error) {
        return complain(name, error.what(), error.exit_code());
    } catch (const std::exception& error) {
        return complain(
            name, fmt::format("unexpected error: {}", error.what()), exit_codes::kUnexpected);
    }
}

}  // namespace indrik::supervisor
