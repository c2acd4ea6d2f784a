// The `indrik` command.
#include "supervisor/cli/program.hpp"
#include "supervisor/worker/web_worker.hpp"

int main(int argc, char** argv) {
    indrik::supervisor::WebWorker worker;
    return indrik::supervisor::run_program(argc, argv, indrik::supervisor::Program::Indrik, worker);
}
