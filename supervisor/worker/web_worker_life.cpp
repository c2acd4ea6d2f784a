#include "supervisor/worker/web_worker_life.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>
#include <random>
#include <system_error>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "indrik/core/sleep.hpp"
#include "indrik/net/tls_context.hpp"
#include "indrik/web/thread_pool.hpp"
#include "supervisor/system/memory.hpp"
#include "supervisor/system/process_setup.hpp"
#include "supervisor/worker/crash_report.hpp"
#include "supervisor/worker/describe_exception.hpp"
#include "supervisor/worker/web_worker_uncounted.hpp"

namespace indrik::supervisor {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::milliseconds;

WebWorkerLife::WebWorkerLife(WorkerContext& context,
                             web::Application application,
                             web::ServerOptions options,
                             std::unique_ptr<web::AccessLogger> access_log,
                             TicketKeyring& ticket_keys)
    : context_(context),
      tls_(options.tls),
      ticket_keys_(ticket_keys),
      log_(context.log.logger("indrik.worker")),
      access_log_(std::move(access_log)),
      loop_(ASIO_CONCURRENCY_HINT_UNSAFE),
      uncounted_requests_(count_requests_to(context.settings.max_requests_exclude, application)),
      runner_(loop_, std::move(application), observed(std::move(options))),
      borrowed_slots_(loop_.get_executor(), std::move(context.channel), runner_),
      recycling_(context.settings, std::random_device{}(), Clock::now()),
      signals_(loop_.get_executor()),
      helpers_(loop_.get_executor()),
      main_(loop_.get_executor()) {
    ThreadPoolOptions threads;
    threads.threads = context.settings.threads;
    runner_.application().emplace(web::kThreadPool, loop_.get_executor(), threads);
    set_crash_sources({this, describe_requests, rescue_access_log});
}

WebWorkerLife::~WebWorkerLife() {
    set_crash_sources({});
}

int WebWorkerLife::run() {
    main_.spawn([this] { return live(); });
    while (!is_over_) {
        try {
            run_loop();
            break;
        } catch (...) {
            log_.error("An exception escaped to the loop: {}", describe(std::current_exception()));
        }
    }
    loop_.restart();
    loop_.poll();  // what was ready when it ended
    return exit_code_;
}

Task<> WebWorkerLife::live() {
    helpers_.spawn([this] { return beat(); });
    const bool is_started = co_await start();
    if (is_started) {
        co_await end_.wait();
        co_await finish();
    }
    helpers_.cancel();
    try {
        co_await helpers_.join();
    } catch (...) {
        log_.error("{}", describe(std::current_exception()));
    }
    is_over_ = true;
    loop_.stop();  // whatever the application left running ends with the process
}

Task<bool> WebWorkerLife::start() {
    std::exception_ptr failure;
    try {
        co_await runner_.setup();
        call_init_hook();
        serve();
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        context_.mark_failed(describe(failure));
        exit_code_ = exit_codes::kWorkerBoot;
    }
    co_return !failure;
}

void WebWorkerLife::call_init_hook() {
    if (context_.hooks == nullptr || !context_.hooks->post_worker_init) return;
    HookWorker worker = context_.as_hook_worker();
    context_.hooks->post_worker_init(worker, runner_.application());
}

void WebWorkerLife::call_interrupt_hook() {
    if (context_.hooks == nullptr || !context_.hooks->worker_int) return;
    HookWorker worker = context_.as_hook_worker();
    try {
        context_.hooks->worker_int(worker);
    } catch (...) {
        log_.error("The hook worker_int threw: {}", describe(std::current_exception()));
    }
}

void WebWorkerLife::serve() {
    if (tls_) {
        for (const std::string& warning : tls_->warnings()) log_.warning("{}", warning);
        helpers_.spawn([this] { return rotate_ticket_keys(*tls_, ticket_keys_); });
    }
    for (UniqueFd& socket : context_.sockets) {
        if (context_.must_listen && ::listen(socket.get(), context_.settings.backlog) != 0) {
            throw std::system_error(errno, std::generic_category(), "listen");
        }
        runner_.listen(std::move(socket));
    }
    for (const int number : {SIGTERM, SIGINT, SIGQUIT, SIGUSR1}) signals_.add(number);
    helpers_.spawn([this] { return heed_signals(); });
    runner_.start_accepting();
    helpers_.spawn([this] { return borrowed_slots_.follow(); });
    context_.mark_ready();
}

// A loop that is blocked does not beat.
Task<> WebWorkerLife::beat() {
    milliseconds interval = 250ms;  // silence is noticed after a second
    if (context_.settings.timeout > 0ms)
        interval = std::min(interval, context_.settings.timeout / 4);
    microseconds lag(0);
    for (;;) {
        context_.line.beat();
        context_.line.metrics.set_loop_lag(lag);
        context_.line.metrics.set_resident_bytes(resident_bytes());
        if (context_.log.statsd() != nullptr) context_.log.statsd()->flush();
        publish(runner_.statistics());
        ask_for_replacement_when_due();
        if (::getppid() != context_.master && !end_.is_set()) {
            log_.warning("The master is gone; ending");
            end_.set();
        }
        const TimePoint due = Clock::now() + interval;
        co_await sleep_for(interval);
        lag = std::chrono::duration_cast<microseconds>(
            std::max(Clock::now() - due, Clock::duration(0)));
    }
}

void WebWorkerLife::publish(const web::ServerStatistics& statistics) {
    context_.line.accepted.store(statistics.accepted, std::memory_order_relaxed);
    context_.line.connections.store(statistics.connections, std::memory_order_relaxed);
    context_.line.requests.store(statistics.requests, std::memory_order_relaxed);
    context_.line.in_flight.store(statistics.in_flight, std::memory_order_relaxed);
    context_.line.metrics.set_turned_away(statistics.turned_away);
}

void WebWorkerLife::ask_for_replacement_when_due() {
    if (context_.line.recycling.load(std::memory_order_relaxed) != RecyclingReason::None) return;
    const std::uint64_t requests = runner_.statistics().requests - *uncounted_requests_;
    const RecyclingReason reason = recycling_.due(requests, Clock::now());
    if (reason != RecyclingReason::None) context_.ask_for_replacement(reason);
}

Task<> WebWorkerLife::heed_signals() {
    for (;;) {
        const int number = co_await signals_.async_wait(use_task);
        if (number == SIGUSR1) {
            reopen_logs();
        } else {
            if (number != SIGTERM) hurry();
            context_.mark_retiring();
            end_.set();
        }
    }
}

void WebWorkerLife::hurry() {
    call_interrupt_hook();
    grace_ = 0ms;
    if (end_.is_set()) runner_.hurry();
}

Task<> WebWorkerLife::finish() {
    std::exception_ptr failure;
    try {
        co_await runner_.shutdown(grace_);
    } catch (...) {
        failure = std::current_exception();
    }
    publish(runner_.statistics());
    if (context_.log.statsd() != nullptr) context_.log.statsd()->flush();
    if (failure) {
        log_.error("The application did not end well: {}", describe(failure));
        exit_code_ = exit_codes::kConfiguration;
    }
}

void WebWorkerLife::reopen_logs() {
    try {
        context_.log.reopen();
        set_crash_log(context_.log);
        capture_output(context_.settings, context_.log);
        if (access_log_) access_log_->reopen();
    } catch (const std::exception& error) {
        log_.error("A log cannot be reopened: {}", error.what());
    }
}

}  // namespace indrik::supervisor
