#include "supervisor/worker/web_worker.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "indrik/web/access_log.hpp"
#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/worker/abort_message.hpp"
#include "supervisor/worker/app_module.hpp"
#include "supervisor/worker/describe_exception.hpp"
#include "supervisor/worker/web_worker_life.hpp"
#include "supervisor/worker/web_worker_options.hpp"
#include "supervisor/worker/web_worker_reload.hpp"
#include "supervisor/worker/web_worker_tls.hpp"

namespace indrik::supervisor {

WebWorker::WebWorker() = default;
WebWorker::WebWorker(Factory factory) : factory_(std::move(factory)) {}

int WebWorker::run(WorkerContext& context) {
    report_aborts(context.log.fd());
    std::unique_ptr<web::AccessLogger> access_log;
    try {
        access_log = open_access_log(context.settings);
    } catch (const std::exception& error) {
        context.mark_failed(fmt::format("--access-logfile, --access-logformat: {}", error.what()));
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
        application =
            make_application(context.settings, context.reload ? context.reload->module_path : "");
    } catch (const LoadError& error) {
        context.mark_failed(error.what());
        return exit_codes::kApplicationLoad;
    } catch (...) {
        context.mark_failed("its factory threw: " + describe(std::current_exception()));
        return exit_codes::kApplicationLoad;
    }
    application->set(web::kSharedMemory, shared_memory_);
    if (context.reload && context.settings.debug)
        show_reload_notice(*application, *context.reload->notice);
    WebWorkerLife life(
        context, std::move(*application), std::move(options), std::move(access_log), ticket_keys_);
    return life.run();
}

TrialOutcome WebWorker::try_out(const Settings& settings, const std::string& module_path) {
    TrialOutcome outcome;
    try {
        const web::Application application = make_application(settings, module_path);
        outcome.folders = watched_folders(application);
    } catch (const LoadError& error) {
        outcome.failure = error.what();
    } catch (...) {
        outcome.failure = fmt::format(
            "{}: its factory threw: {}", settings.application, describe(std::current_exception()));
    }
    return outcome;
}

web::Application WebWorker::make_application(const Settings& settings,
                                             const std::string& module_path) const {
    return factory_ ? factory_() : load_application(settings.application, module_path)();
}

}  // namespace indrik::supervisor
