#include "supervisor/worker/web_worker.hpp"

#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "indrik/web/access_log.hpp"
#include "indrik/web/request_observer.hpp"
#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/worker/app_module.hpp"
#include "supervisor/worker/crash_report.hpp"
#include "supervisor/worker/describe_exception.hpp"
#include "supervisor/worker/web_worker_bus.hpp"
#include "supervisor/worker/web_worker_hooks.hpp"
#include "supervisor/worker/web_worker_life.hpp"
#include "supervisor/worker/web_worker_options.hpp"
#include "supervisor/worker/web_worker_reload.hpp"
#include "supervisor/worker/web_worker_tls.hpp"

namespace indrik::supervisor {
namespace {

/// What `make` returns; what it throws is a fault of the settings.
template <class Make>
auto in_one_line(const Make& make, const char* what = "") {
    try {
        return make();
    } catch (const ConfigError&) {
        throw;
    } catch (const std::exception& error) {
        throw ConfigError(what + std::string(error.what()));
    }
}

}  // namespace

WebWorker::WebWorker() = default;
WebWorker::WebWorker(Factory factory) : factory_(std::move(factory)) {}

web::Application WebWorker::load(const Settings& settings, const std::string& module_path) const {
    return factory_ ? factory_() : load_application(settings.application, module_path)();
}

// Errors: ConfigError with the code of an application that cannot be loaded.
web::Application WebWorker::make_application(const Settings& settings,
                                             const std::string& module_path) const {
    std::string reason;
    try {
        return load(settings, module_path);
    } catch (const LoadError& error) {
        reason = error.what();
    } catch (...) {
        reason = "its factory threw: " + describe(std::current_exception());
    }
    throw ConfigError(reason, exit_codes::kApplicationLoad);
}

void WebWorker::check(const Settings& settings, const Hooks& hooks) {
    in_one_line([&] { return open_access_log(settings); }, "--access-logformat: ");
    in_one_line([&] { return make_tls_context(settings, hooks); });
    check_server_options(settings);
    make_application(settings, "");
}

// As root, if the master is: keys are often root's.
void WebWorker::prepare(const Settings& settings, const Hooks& hooks) {
    if (std::exchange(is_prepared_, true)) return;
    tls_ = in_one_line([&] { return make_tls_context(settings, hooks); });
}

void WebWorker::preload(const Settings& settings) {
    application_.emplace(make_application(settings, ""));
}

// Beyond what one message holds, a preloaded worker's topics are its own.
Bequest WebWorker::bequest() {
    Bequest result{bus_.descriptors(), bus_.numbers()};
    if (!bus_.has_inbox() || result.numbers.size() > Bequest::kMostNumbers) return {};
    return result;
}

void WebWorker::inherit(std::vector<UniqueFd> descriptors, std::span<const std::uint64_t> numbers) {
    bus_.adopt(std::move(descriptors), numbers);
}

int WebWorker::run(WorkerContext& context) {
    install_crash_reports(context.log, context.master);
    set_abort_hook(context.hooks != nullptr ? context.hooks->worker_abort : nullptr);
    const std::unique_ptr<web::RequestObserver> observer = observe_requests(context);
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
        options = server_options(context, access_log.get(), std::move(tls_));
        if (observer) options.observers.push_back(observer.get());
    } catch (const std::exception& error) {
        context.mark_failed(error.what());
        return exit_codes::kConfiguration;
    }
    web::Application application =
        application_
            ? std::move(*application_)
            : make_application(context.settings,
                               context.reload != nullptr ? context.reload->module_path : "");
    application.set(web::kSharedMemory, shared_memory_);
    hand_in_bus(application, bus_.take());
    if (context.reload != nullptr && context.settings.debug)
        show_reload_notice(application, *context.reload->notice);
    WebWorkerLife life(
        context, std::move(application), std::move(options), std::move(access_log), ticket_keys_);
    return life.run();
}

TrialOutcome WebWorker::try_out(const Settings& settings, const std::string& module_path) {
    TrialOutcome outcome;
    try {
        const web::Application application = load(settings, module_path);
        outcome.folders = watched_folders(application);
    } catch (const LoadError& error) {
        outcome.failure = error.what();
    } catch (...) {
        outcome.failure = fmt::format(
            "{}: its factory threw: {}", settings.application, describe(std::current_exception()));
    }
    return outcome;
}

}  // namespace indrik::supervisor
