// The `indrik` command.
#include <filesystem>
#include <string>
#include <vector>

#include "supervisor/cli/ctl.hpp"
#include "supervisor/cli/program.hpp"
#include "supervisor/cli/routes.hpp"
#include "supervisor/cli/template_commands.hpp"
#include "supervisor/top/top.hpp"
#include "supervisor/worker/web_worker.hpp"

int main(int argc, char** argv) {
    using namespace indrik::supervisor;
    if (const auto code = run_template_command(argc, argv)) return *code;
    if (argc > 1 && std::string(argv[1]) == "routes") {
        const std::string program = std::filesystem::path(argv[0]).filename().string();
        return run_routes_command(program, std::vector<std::string>(argv + 2, argv + argc));
    }
    const std::string command = argc > 1 ? argv[1] : "";
    if (command == "ctl" || command == "top") {
        const std::string program = std::filesystem::path(argv[0]).filename().string();
        const std::vector<std::string> arguments(argv + 2, argv + argc);
        return command == "ctl" ? run_ctl_command(program, arguments)
                                : run_top_command(program, arguments);
    }
    WebWorker worker;
    return run_program(argc, argv, Program::Indrik, worker);
}
