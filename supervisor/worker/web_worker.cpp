#include "supervisor/worker/web_worker.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "indrik/web/access_log.hpp"
#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/worker/app_module.hpp"
#include "supervisor/worker/crash_report.hpp"
#include "supervisor/worker/describe_exception.hpp"
#include "supervisor/worker/web_worker_life.hpp"
#include "supervisor/worker/web_worker_options.hpp"
#include "supervisor/worker/web_worker_tls.hpp"

namespace indrik::supervisor {

WebWorker::WebWorker() = default;
WebWorker::WebWorker(Factory factory) : factory_(std::move(factory)) {}

int WebWorker::run(WorkerContext& context) {
    install_crash_reports(context.log, context.master);
    std::unique_ptr<web::AccessLogger> access_log;
    try {
        access_log = open_access_log(context.settings);
    } catch (const ConfigError& error) {
        context.mark_failed(error.what());
        return exit_codes::kConfiguration;
    } catch (const std::exception& error) {
        context.mark_failed(fmt::format("--access-logformat: {}", error.what()));
        return exit_codes::kConfiguration;
    }
    web::ServerOptions options;
    try {
        options = server_options(context, access_log.get(), make_tls_context(context.settings));
    } catch (const std::exception& error) {
        context.mark_failed(error.what());
        return exit_codes::kConfiguration;
    }
    std::optional<web::Application> application;
    try {
        application = factory_ ? factory_() : load_application(context.settings.application)();
    } catch (const LoadError& error) {
        context.mark_failed(error.what());
        return exit_codes::kApplicationLoad;
    } catch (...) {
        context.mark_failed("its factory threw: " + describe(std::current_exception()));
        return exit_codes::kApplicationLoad;
    }
    application->set(web::kSharedMemory, shared_memory_);
    WebWorkerLife life(
        context, std::move(*application), std::move(options), std::move(access_log), ticket_keys_);
    return life.run();
}

}  // namespace indrik::supervisor
