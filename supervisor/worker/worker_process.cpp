#include "supervisor/worker/worker_process.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>

#include <sys/prctl.h>

#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/system/privileges.hpp"
#include "supervisor/system/process_setup.hpp"
#include "supervisor/system/process_title.hpp"

namespace indrik::supervisor {
namespace {

// The kernel sends SIGTERM when the master dies, which is a graceful end; it may have died before we asked.
void follow_master(pid_t master) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != master) std::exit(exit_codes::kSuccess);
}

void begin(WorkerProcess& process, WorkerContext& context) {
    const Identity identity = resolve_identity(context.settings);
    set_environment(context.settings);
    process.prepare(context.settings, context.hooks != nullptr ? *context.hooks : Hooks());
    if (context.hooks != nullptr && context.hooks->post_fork && context.server) {
        HookWorker worker = context.as_hook_worker();
        context.hooks->post_fork(*context.server, worker);
    }
    become(identity);
}

void end(WorkerContext& context) {
    if (context.hooks == nullptr || !context.hooks->worker_exit) return;
    HookWorker worker = context.as_hook_worker();
    try {
        context.hooks->worker_exit(worker);
    } catch (const std::exception& error) {
        worker.log.error("The hook worker_exit threw: {}", error.what());
    }
}

}  // namespace

void WorkerContext::mark_ready() {
    line.beat();
    line.state = WorkerState::Ready;
    wake_master();
}

void WorkerContext::mark_retiring() {
    line.state = WorkerState::Retiring;
    wake_master();
}

void WorkerContext::ask_for_replacement(RecyclingReason reason) {
    line.recycling = reason;
    wake_master();
}

void WorkerContext::wake_master() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wakeup_fd, &one, sizeof one);
}

HookWorker WorkerContext::as_hook_worker() const {
    return {::getpid(), line.slot, line.generation, log.logger("indrik.worker")};
}

void become_worker(WorkerProcess& process, WorkerContext& context) {
    set_process_title("worker", context.settings.name);
    int code = exit_codes::kUnexpected;
    try {
        begin(process, context);
        follow_master(context.master);  // the kernel forgets this when the user changes
        code = process.run(context);
        end(context);
    } catch (const ConfigError& error) {
        context.mark_failed(error.what());
        code = error.exit_code();
    } catch (const std::exception& error) {
        context.mark_failed(error.what());
    } catch (...) {
        context.mark_failed("an exception that is no std::exception");
    }
    std::exit(code);
}

}  // namespace indrik::supervisor
