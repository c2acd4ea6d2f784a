#include "supervisor/worker/worker_process.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>

#include <sys/prctl.h>

#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/system/process_title.hpp"

namespace indrik::supervisor {
namespace {

// The kernel sends SIGTERM when the master dies, which is a graceful end; it may have died before we asked.
void follow_master(pid_t master) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != master) std::exit(exit_codes::kSuccess);
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

void become_worker(WorkerProcess& process, WorkerContext& context) {
    set_process_title("indrik: worker");
    follow_master(context.master);
    int code = exit_codes::kUnexpected;
    try {
        code = process.run(context);
    } catch (const std::exception& error) {
        context.mark_failed(error.what());
    } catch (...) {
        context.mark_failed("an exception that is no std::exception");
    }
    std::exit(code);
}

}  // namespace indrik::supervisor
