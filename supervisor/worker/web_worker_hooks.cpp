#include "supervisor/worker/web_worker_hooks.hpp"

#include <exception>
#include <filesystem>
#include <string_view>

#include <dlfcn.h>
#include <fmt/format.h>

#include "indrik/web/application_module.hpp"
#include "indrik/web/request_observer.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/worker/describe_exception.hpp"
#include "supervisor/worker/worker_process.hpp"

namespace indrik::supervisor {
namespace {

[[noreturn]] void refuse(const std::string& path, std::string_view why) {
    throw ConfigError(fmt::format("--hooks: {}: {}", path, why));
}

const HooksModule& open_module(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) refuse(path, "there is no such file");
    const std::string absolute = std::filesystem::absolute(path).string();
    void* const library = ::dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) refuse(path, ::dlerror());
    const auto* const record = static_cast<const HooksModule*>(::dlsym(library, "indrik_hooks"));
    if (record == nullptr || record->magic != HooksModule::kMagic) {
        refuse(path, "this is no hooks module; its source lacks INDRIK_HOOKS(function)");
    }
    const bool fits = record->layout == HooksModule::kLayout &&
                      std::string_view(record->version) == INDRIK_VERSION &&
                      std::string_view(record->abi) == INDRIK_ABI &&
                      record->hooks_size == sizeof(Hooks);
    if (!fits) {
        refuse(path,
               fmt::format(
                   "built for Indrik {}, this is Indrik {}; build it again with the same settings",
                   record->version,
                   INDRIK_VERSION));
    }
    return *record;
}

class RequestHooks final : public web::RequestObserver {
public:
    explicit RequestHooks(WorkerContext& context)
        : hooks_(*context.hooks), worker_(context.as_hook_worker()) {}

    void request_begins(web::Request& request) override {
        if (!hooks_.pre_request) return;
        try {
            hooks_.pre_request(worker_, request);
        } catch (...) {
            complain("pre_request");
        }
    }

    void request_ends(web::Request& request, int status) override {
        if (!hooks_.post_request) return;
        try {
            hooks_.post_request(worker_, request, status);
        } catch (...) {
            complain("post_request");
        }
    }

private:
    void complain(const char* name) {
        worker_.log.error("The hook {} threw: {}", name, describe(std::current_exception()));
    }

    const Hooks& hooks_;
    HookWorker worker_;
};

}  // namespace

void load_hooks(const std::string& path, Hooks& hooks) {
    if (path.empty()) return;
    const HooksModule& module = open_module(path);
    try {
        module.set(hooks);
    } catch (...) {
        refuse(path, "its function threw: " + describe(std::current_exception()));
    }
}

std::unique_ptr<web::RequestObserver> observe_requests(WorkerContext& context) {
    const Hooks* const hooks = context.hooks;
    if (hooks == nullptr || (!hooks->pre_request && !hooks->post_request)) return nullptr;
    return std::make_unique<RequestHooks>(context);
}

}  // namespace indrik::supervisor
