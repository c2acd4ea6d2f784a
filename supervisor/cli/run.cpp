#include "indrik/run.hpp"

#include <utility>

#include "supervisor/cli/program.hpp"
#include "supervisor/worker/web_worker.hpp"

namespace indrik {

int run(int argc, char** argv, std::function<web::Application()> make_application) {
    return run(argc, argv, std::move(make_application), {});
}

int run(int argc, char** argv, std::function<web::Application()> make_application, Hooks hooks) {
    supervisor::WebWorker worker(std::move(make_application));
    return supervisor::run_program(
        argc, argv, supervisor::Program::Embedded, worker, std::move(hooks));
}

}  // namespace indrik
