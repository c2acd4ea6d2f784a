#pragma once
// A web worker from its first heartbeat to its exit: start, serve, end. Everything in it that waits is a task of its groups.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include "indrik/core/sync.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/web/access_log.hpp"
#include "indrik/web/runner.hpp"
#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/worker/loop_monitor.hpp"
#include "supervisor/worker/recycling.hpp"
#include "supervisor/worker/web_worker_loans.hpp"
#include "supervisor/worker/web_worker_observer.hpp"
#include "supervisor/worker/web_worker_tickets.hpp"
#include "supervisor/worker/worker_process.hpp"

namespace indrik::supervisor {

/// Lifetime: context and keyring outlive it; `access_log` is the one that the options name, or null.
class WebWorkerLife {
public:
    WebWorkerLife(WorkerContext& context,
                  web::Application application,
                  web::ServerOptions options,
                  std::unique_ptr<web::AccessLogger> access_log,
                  TicketKeyring& ticket_keys);

    WebWorkerLife(const WebWorkerLife&) = delete;
    WebWorkerLife& operator=(const WebWorkerLife&) = delete;
    ~WebWorkerLife();

    /// Returns the exit code.
    int run();

private:
    using SignalSet = asio::basic_signal_set<LoopExecutor>;

    Task<> live();
    Task<bool> start();
    void serve();
    Task<> beat();
    void publish(const web::ServerStatistics& statistics);
    void ask_for_replacement_when_due();
    Task<> heed_signals();
    void hurry();
    void call_init_hook();
    void call_interrupt_hook();
    Task<> finish();
    void reopen_logs();
    web::ServerOptions observed(web::ServerOptions options);
    void run_loop();

    // For signal handlers; `life` is a WebWorkerLife.
    static void describe_requests(void* life, SafeText& text);
    static void rescue_access_log(void* life);

    WorkerContext& context_;
    std::shared_ptr<net::TLSContext> tls_;
    TicketKeyring& ticket_keys_;
    Logger log_;
    std::unique_ptr<web::AccessLogger> access_log_;
    std::optional<WebWorkerObserver> observer_;
    asio::io_context loop_;
    std::shared_ptr<const std::uint64_t> uncounted_requests_;
    std::optional<LoopMonitor> monitor_;
    web::Runner runner_;
    BorrowedSlots borrowed_slots_;
    Recycling recycling_;
    SignalSet signals_;
    Event end_;
    // The master's patience is the graceful timeout; clean-up wants some of it.
    std::chrono::milliseconds grace_ = context_.settings.graceful_timeout * 95 / 100;
    int exit_code_ = exit_codes::kSuccess;
    bool is_over_ = false;
    TaskGroup helpers_;
    TaskGroup main_;
};

}  // namespace indrik::supervisor
