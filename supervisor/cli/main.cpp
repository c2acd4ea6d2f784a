// The `indrik` command.
#include <filesystem>
#include <string>
#include <vector>

#include "supervisor/cli/ctl.hpp"
#include "supervisor/cli/program.hpp"
#include "supervisor/cli/routes.hpp"
#include "supervisor/cli/template_commands.hpp"
#include "supervisor/worker/web_worker.hpp"

int main(int argc, char** argv) {
    using namespace indrik::supervisor;
    if (const auto code = run_template_command(argc, argv)) return *code;
    if (argc > 1 && std::string(argv[1]) == "routes") {
        const std::string program = std::filesystem::path(argv[0]).filename().string();
        return run_routes_command(program, std::vector<std::string>(argv + 2, argv + argc));
    }
    if (argc > 1 && std::string(argv[1]) == "ctl") {
        const std::string program = std::filesystem::path(argv[0]).filename().string();
        return run_ctl_command(program, std::vector<std::string>(argv + 2, argv + argc));
    }
    WebWorker worker;
    return run_program(argc, argv, Program::Indrik, worker);
}
