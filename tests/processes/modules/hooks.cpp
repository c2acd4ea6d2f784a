// Hooks that write a line to the journal, each with the process that it ran in; and what can go wrong with them.
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <indrik/hooks.hpp>
#include <indrik/web.hpp>
#include <unistd.h>

namespace web = indrik::web;

namespace {

void journal(const std::string& line) {
    const char* const path = std::getenv("TEST_JOURNAL");
    if (path != nullptr)
        std::ofstream(path, std::ios::app) << line + " " + std::to_string(::getpid()) + "\n";
}

bool is_wanted(std::string_view failure) {
    const char* const wanted = std::getenv("TEST_HOOK_FAILURE");
    return wanted != nullptr && wanted == failure;
}

// In a signal handler: system calls only.
void aborted() {
    const char* const path = std::getenv("TEST_JOURNAL");
    const int file = path != nullptr ? ::open(path, O_WRONLY | O_APPEND | O_CREAT, 0644) : -1;
    constexpr std::string_view kLine = "worker_abort 0\n";
    [[maybe_unused]] const auto written = ::write(file, kLine.data(), kLine.size());
}

void set_hooks(indrik::Hooks& hooks) {
    using indrik::HookServer;
    using indrik::HookWorker;
    if (is_wanted("set_hooks")) throw std::runtime_error("no hooks today");
    hooks.on_starting = [](HookServer&) {
        journal("on_starting");
        if (is_wanted("on_starting")) throw std::runtime_error("not on a Friday");
    };
    hooks.on_reload = [](HookServer&) { journal("on_reload"); };
    hooks.when_ready = [](HookServer& server) {
        journal("when_ready");
        server.log.info("the hook sees {} workers", server.workers);
        if (is_wanted("when_ready")) throw std::runtime_error("ready for nothing");
    };
    hooks.pre_fork = [](HookServer&, HookWorker&) { journal("pre_fork"); };
    hooks.child_exit = [](HookServer&, HookWorker& worker) {
        journal("child_exit." + std::to_string(worker.pid));
    };
    hooks.nworkers_changed = [](HookServer&, unsigned now, std::optional<unsigned> before) {
        journal("nworkers_changed." + (before ? std::to_string(*before) : "none") + "." +
                std::to_string(now));
    };
    hooks.pre_exec = [](HookServer&) { journal("pre_exec"); };
    hooks.on_exit = [](HookServer&) { journal("on_exit"); };
    hooks.post_fork = [](HookServer& server, HookWorker& worker) {
        journal(server.pid == ::getppid() && worker.pid == ::getpid() ? "post_fork"
                                                                      : "post_fork.wrong");
        if (is_wanted("post_fork")) throw std::runtime_error("this fork is spoilt");
    };
    hooks.post_worker_init = [](HookWorker&, web::Application&) { journal("post_worker_init"); };
    hooks.worker_int = [](HookWorker&) { journal("worker_int"); };
    hooks.worker_exit = [](HookWorker&) { journal("worker_exit"); };
    hooks.worker_abort = aborted;
    hooks.pre_request = [](HookWorker&, web::Request& request) {
        journal("pre_request" + std::string(request.path()));
        if (is_wanted("pre_request")) throw std::runtime_error("a bad request hook");
    };
    hooks.post_request = [](HookWorker&, web::Request& request, int status) {
        journal("post_request" + std::string(request.path()) + "." + std::to_string(status));
    };
    hooks.ssl_context = [](ssl_ctx_st* context) {
        journal(context != nullptr ? "ssl_context" : "ssl_context.null");
    };
}

}  // namespace

INDRIK_HOOKS(set_hooks)
