#include "supervisor/worker/loop_monitor.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <asio/detail/reactor.hpp>
#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

// The handler finds nothing but globals; a process has one monitor.
std::atomic<LoopMonitor*> present{nullptr};

int monitor_signal() {
    return SIGRTMIN + 6;
}

std::int64_t now_ns() {
    return nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

constexpr std::chrono::milliseconds kLongestWait{50};

/// Lets reactor_descriptor() read the private member that `Member` points to: explicit instantiations may name it.
template <auto Member>
struct ReactorAccess {
    friend int reactor_descriptor(asio::detail::epoll_reactor& reactor) { return reactor.*Member; }
};
int reactor_descriptor(asio::detail::epoll_reactor& reactor);
template struct ReactorAccess<&asio::detail::epoll_reactor::epoll_fd_>;

/// Waits until the loop's epoll instance has something, and takes nothing from it. Not for ever, because Asio's scheduler takes
/// us for one who is awake and need not be woken.
void wait_for_events(asio::io_context& loop) {
    auto& reactor = asio::use_service<asio::detail::epoll_reactor>(loop);
    pollfd waited{reactor_descriptor(reactor), POLLIN, 0};
    ::poll(&waited, 1, static_cast<int>(kLongestWait.count()));
}

}  // namespace

LoopMonitor::LoopMonitor(asio::io_context& loop,
                         std::chrono::milliseconds limit,
                         Logger log,
                         Describe describe,
                         void* data)
    : loop_(loop),
      limit_(limit),
      log_(std::move(log)),
      describe_(describe),
      data_(data),
      thread_(static_cast<pid_t>(::syscall(SYS_gettid))) {
    present = this;
    static_cast<void>(StackTrace::here());  // the unwinder makes itself ready
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    ::sigaction(monitor_signal(), &action, nullptr);

    // Signals are the loop's thread's business.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    watchdog_ = std::thread([this] { watch(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LoopMonitor::~LoopMonitor() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    end_.notify_all();
    watchdog_.join();
    ::signal(monitor_signal(), SIG_IGN);
    present = nullptr;
}

void LoopMonitor::run() {
    while (!loop_.stopped()) {
        const std::int64_t began = now_ns();
        turn_.store(began);
        std::size_t handlers = 0;
        try {
            handlers = loop_.poll_one();
        } catch (...) {
            end_turn(began);
            throw;
        }
        end_turn(began);
        if (handlers == 0 && !loop_.stopped()) wait_for_events(loop_);
    }
}

void LoopMonitor::end_turn(std::int64_t began) {
    turn_.store(0);
    if (noted_.load() == began) [[unlikely]]
        report(began);
}

// Names take time to be looked up, which blocks the loop as well: on a machine that is too busy for the limit, not each time.
void LoopMonitor::report(std::int64_t began) {
    constexpr nanoseconds kPauseBetweenStacks = 1s;
    const double blocked_ms = static_cast<double>(now_ns() - began) / 1e6;
    const bool has_stack = began >= next_stack_;
    log_.log(LogLevel::Warning,
             fmt::format("The loop was blocked for {:.0f} ms; --slow-callback is {} ms{}{}{}",
                         blocked_ms,
                         limit_.count(),
                         std::string_view(requests_.data(), requests_size_),
                         has_stack ? "\nThe stack while it was:\n" : "",
                         has_stack ? format_frames(trace_.frames()) : ""));
    if (has_stack) next_stack_ = now_ns() + kPauseBetweenStacks.count();
}

void LoopMonitor::watch() {
    const auto pause = std::clamp<nanoseconds>(limit_ / 4, 1ms, 250ms);
    std::unique_lock lock(mutex_);
    while (!end_.wait_for(lock, pause, [this] { return is_over_; })) {
        const std::int64_t turn = turn_.load();
        if (turn == 0 || turn == asked_.load()) continue;
        if (now_ns() - turn < nanoseconds(limit_).count()) continue;
        asked_.store(turn);
        ::syscall(SYS_tgkill, ::getpid(), thread_, monitor_signal());
    }
}

void LoopMonitor::on_signal(int) {
    const int error = errno;
    if (LoopMonitor* const monitor = present.load()) monitor->note_stack();
    errno = error;
}

void LoopMonitor::note_stack() {
    const std::int64_t turn = turn_.load();
    if (turn == 0 || turn != asked_.load()) return;  // it has ended meanwhile
    trace_ = StackTrace::of_interrupted();
    SafeText text(requests_);
    if (describe_ != nullptr) describe_(data_, text);
    requests_size_ = text.view().size();
    noted_.store(turn);
}

}  // namespace indrik::supervisor
