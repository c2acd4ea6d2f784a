#include "supervisor/worker/abort_message.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>

#include <fmt/format.h>
#include <unistd.h>

namespace indrik::supervisor {
namespace {

// For the handler alone, which may neither allocate nor lock; constant-initialised, a process has one.
std::atomic<int> log_descriptor{-1};
std::array<char, 128> message;
std::size_t message_size = 0;
std::atomic<void (*)()> abort_hook{nullptr};

// The handler is gone by now (SA_RESETHAND): the second signal ends the process, with a core where cores are wanted.
void on_abort(int number) {
    [[maybe_unused]] const auto written =
        ::write(log_descriptor.load(), message.data(), message_size);
    if (void (*const hook)() = abort_hook.load(); hook != nullptr) hook();
    ::raise(number);
}

}  // namespace

void set_abort_hook(void (*hook)()) {
    abort_hook = hook;
}

void report_aborts(int log_fd) {
    log_descriptor = log_fd;
    const auto end = fmt::format_to_n(message.data(),
                                      message.size(),
                                      "[{}] [CRITICAL] [indrik.worker] Aborted by SIGABRT\n",
                                      ::getpid());
    message_size = std::min(end.size, message.size());

    struct sigaction action {};
    action.sa_handler = on_abort;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGABRT, &action, nullptr);
}

}  // namespace indrik::supervisor
