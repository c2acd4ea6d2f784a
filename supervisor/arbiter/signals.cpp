#include "supervisor/arbiter/signals.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace indrik::supervisor {
namespace {

constexpr std::array kMasterSignals{
    SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, SIGWINCH, SIGCHLD};

sigset_t master_set() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : kMasterSignals) ::sigaddset(&set, number);
    return set;
}

void leave(int) {
    ::_exit(0);
}

// Unlike SIG_IGN, a handler is not inherited by the programs that an application may start.
void overhear(int) {}

}  // namespace

SignalQueue::SignalQueue() {
    const sigset_t set = master_set();
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGCHLD, SIG_DFL);  // inherited as ignored, it would reap our workers behind our back
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    fd_.reset(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    if (!fd_) throw std::system_error(errno, std::generic_category(), "signalfd");
}

SignalQueue::~SignalQueue() {
    const sigset_t set = master_set();
    ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<int> SignalQueue::next() {
    signalfd_siginfo info{};
    if (::read(fd_.get(), &info, sizeof info) != sizeof info) return {};
    came_from_terminal_ = info.ssi_code == SI_KERNEL;
    return static_cast<int>(info.ssi_signo);
}

bool SignalQueue::wait(std::chrono::milliseconds longest) const {
    pollfd waited{fd(), POLLIN, 0};
    return ::poll(&waited, 1, static_cast<int>(longest.count())) == 1;
}

void reset_signals_in_child() {
    for (const int number : {SIGTERM, SIGINT, SIGQUIT}) ::signal(number, leave);
    // A file that grows beyond the limit is an error of write() then, and not the end of the worker.
    for (const int number : {SIGHUP, SIGUSR1, SIGUSR2, SIGTTIN, SIGTTOU, SIGWINCH, SIGXFSZ}) {
        ::signal(number, overhear);
    }
    ::signal(SIGCHLD, SIG_DFL);
    ::signal(SIGABRT, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

std::string signal_name(int number) {
    const char* const name = ::sigabbrev_np(number);
    return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", number);
}

}  // namespace indrik::supervisor
