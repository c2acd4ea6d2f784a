#pragma once
// Watches for whatever blocks the loop of a worker for too long, as asyncio's debug mode does: a callback, or a stretch of a
// coroutine between two awaits. A second thread looks at the clock; when the loop's present turn has lasted too long, it sends
// the loop's thread a signal, whose handler notes where that thread is. Names are looked up when the turn has ended.
//
//   LoopMonitor monitor(loop, 100ms, log, describe_requests, this);
//   monitor.run();                                // instead of loop.run()
//
// A blocked system call that may be interrupted ends with EINTR, once a turn.

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include <asio/io_context.hpp>
#include <sys/types.h>

#include "indrik/core/logging.hpp"
#include "indrik/core/safe_text.hpp"
#include "indrik/core/stack_trace.hpp"

namespace indrik::supervisor {

class LoopMonitor {
public:
    using Describe = void (*)(void* data, SafeText& text);

    /// `describe` tells what the loop is doing; it is called in a signal handler. Null: nobody does.
    /// One a process. Lifetime: the loop and what `data` points to outlive it.
    LoopMonitor(asio::io_context& loop,
                std::chrono::milliseconds limit,
                Logger log,
                Describe describe = nullptr,
                void* data = nullptr);
    LoopMonitor(const LoopMonitor&) = delete;
    LoopMonitor& operator=(const LoopMonitor&) = delete;
    ~LoopMonitor();

    /// Like io_context::run(), in the thread that made the monitor.
    void run();

private:
    static void on_signal(int);
    /// The turn that began at `began` is over.
    void end_turn(std::int64_t began);
    void report(std::int64_t began);
    void watch();
    void note_stack();

    asio::io_context& loop_;
    const std::chrono::milliseconds limit_;
    std::int64_t next_stack_ = 0;  // the earliest time of the next report with one
    Logger log_;
    Describe describe_;
    void* data_;
    pid_t thread_;

    // When the present turn began, in nanoseconds of the steady clock; 0: the loop waits.
    std::atomic<std::int64_t> turn_{0};
    std::atomic<std::int64_t> asked_{0};  // the turn whose stack is wanted
    std::atomic<std::int64_t> noted_{0};  // the turn whose stack is here
    StackTrace trace_;
    std::array<char, 2048> requests_;
    std::size_t requests_size_ = 0;

    std::mutex mutex_;
    std::condition_variable end_;
    bool is_over_ = false;
    std::thread watchdog_;
};

}  // namespace indrik::supervisor
