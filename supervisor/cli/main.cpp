// The `indrik` command.
#include "supervisor/cli/program.hpp"
#include "supervisor/cli/template_commands.hpp"
#include "supervisor/worker/web_worker.hpp"

int main(int argc, char** argv) {
    if (const auto code = indrik::supervisor::run_template_command(argc, argv)) return *code;
    indrik::supervisor::WebWorker worker;
    return indrik::supervisor::run_program(argc, argv, indrik::supervisor::Program::Indrik, worker);
}
