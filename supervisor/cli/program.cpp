#include "supervisor/cli/program.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "indrik/core/version.hpp"
#include "supervisor/arbiter/arbiter.hpp"
#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/arbiter/upgrade.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/config/help.hpp"
#include "supervisor/config/print.hpp"
#include "supervisor/system/daemon.hpp"
#include "supervisor/system/privileges.hpp"
#include "supervisor/system/process_setup.hpp"
#include "supervisor/system/process_title.hpp"
#include "supervisor/worker/web_worker_hooks.hpp"

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

int check(const Settings& settings, WorkerProcess& process, const Hooks& hooks) {
    resolve_identity(settings);
    set_environment(settings);
    process.check(settings, hooks);
    return exit_codes::kSuccess;
}

int supervise(const std::string& name,
              SettingsLoader loader,
              WorkerProcess& process,
              Invocation invocation,
              Hooks hooks,
              StartReport& report) {
    Arbiter arbiter(std::move(loader), process, std::move(invocation), std::move(hooks), &report);
    const int exit_code = arbiter.run();
    report.failed(exit_code, arbiter.failure());
    // Its log said so; the terminal has seen it only if that is where the log goes.
    const bool is_seen = arbiter.failure().empty() || arbiter.settings().error_logfile == "-";
    return is_seen ? exit_code : complain(name, arbiter.failure(), exit_code);
}

// What goes wrong from here on is told to the command that waits for a daemon, too.
int start(const std::string& name,
          SettingsLoader loader,
          WorkerProcess& process,
          Invocation invocation,
          Hooks hooks) {
    const Settings settings = loader.load();
    if (settings.print_config) print(print_settings(settings));
    if (settings.print_config || settings.check_config) {
        change_folder(settings);
        load_hooks(settings.hooks, hooks);
        return check(settings, process, hooks);
    }
    StartReport report;
    if (settings.daemon && !is_upgrade()) {  // a daemon's successor is one already
        DaemonStart daemon = go_to_background(name);
        if (daemon.parent_exit_code) return *daemon.parent_exit_code;
        report = std::move(daemon.report);
    }
    try {
        load_hooks(settings.hooks, hooks);
        return supervise(
            name, std::move(loader), process, std::move(invocation), std::move(hooks), report);
    } catch (const ConfigError& error) {
        report.failed(error.exit_code(), error.what());
        throw;
    } catch (const std::exception& error) {
        report.failed(exit_codes::kUnexpected, fmt::format("unexpected error: {}", error.what()));
        throw;
    }
}

}  // namespace

int run_program(int argc, char** argv, Program program, WorkerProcess& process, Hooks hooks) {
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    const std::string name =
        argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "indrik";
    Invocation invocation = Invocation::capture(argc, argv);
    remember_arguments(argc, argv);
    try {
        SettingsLoader loader(arguments, program);
        if (loader.wants_help()) return print(format_help(name, program));
        if (loader.wants_version()) return print("indrik " INDRIK_VERSION "\n");
        return start(name, std::move(loader), process, std::move(invocation), std::move(hooks));
    } catch (const ConfigError& error) {
        return complain(name, error.what(), error.exit_code());
    } catch (const std::exception& error) {
        return complain(
            name, fmt::format("unexpected error: {}", error.what()), exit_codes::kUnexpected);
    }
}

}  // namespace indrik::supervisor
