#include "supervisor/worker/web_worker.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <exception>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "indrik/core/log_sinks.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/core/sync.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/web/access_log.hpp"
#include "indrik/web/runner.hpp"
#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/worker/abort_message.hpp"
#include "supervisor/worker/app_module.hpp"
#include "supervisor/worker/web_worker_bus.hpp"
#include "supervisor/worker/web_worker_tls.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using SignalSet = asio::basic_signal_set<LoopExecutor>;

std::string describe(std::exception_ptr error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "an exception that is no std::exception";
    }
}

std::unique_ptr<web::AccessLogger> open_access_log(const Settings& settings) {
    if (settings.access_logfile.empty()) return nullptr;
    return std::make_unique<web::AccessLogger>(
        make_log_sink(settings.access_logfile, STDOUT_FILENO), settings.access_logformat);
}

http::TrustedProxies parse_proxies(const char* flag, const std::string& list) {
    Result<http::TrustedProxies> proxies = http::TrustedProxies::parse(list);
    if (!proxies) {
        throw ConfigError(std::string(flag) + ": \"" + list +
                          "\" is no list of addresses and networks, such as 127.0.0.1,10.0.0.0/8");
    }
    return std::move(*proxies);
}

std::optional<http::TrustedProxies> trusted_proxies(const Settings& settings) {
    if (settings.forwarded_allow_ips.empty()) return std::nullopt;
    return parse_proxies("--forwarded-allow-ips", settings.forwarded_allow_ips);
}

std::optional<web::ProxyProtocolOptions> proxy_protocol(const Settings& settings) {
    const ProxyProtocol mode = settings.proxy_protocol;
    web::ProxyProtocolOptions options;
    options.allow_from = parse_proxies("--proxy-allow-from", settings.proxy_allow_from);
    options.header.accepts_v1 = mode != ProxyProtocol::V2;
    options.header.accepts_v2 = mode != ProxyProtocol::V1;
    if (mode == ProxyProtocol::Off) return std::nullopt;
    return options;
}

web::ServerOptions server_options(const WorkerContext& context,
                                  web::AccessLogger* access_log,
                                  std::shared_ptr<net::TLSContext> tls) {
    const Settings& settings = context.settings;
    web::ServerOptions options;
    options.head.request_line_bytes = settings.limit_request_line;
    options.head.fields = settings.limit_request_fields;
    options.head.field_bytes = settings.limit_request_field_size;
    // One field of the largest size must fit beside the request line.
    options.head.head_bytes =
        std::max(options.head.head_bytes,
                 settings.limit_request_line + 2 * settings.limit_request_field_size);
    options.body_limit_bytes = settings.limit_request_body;
    options.header_timeout = settings.header_timeout;
    options.body_timeout = settings.body_timeout;
    options.keep_alive_timeout = settings.keep_alive;
    options.write_timeout = settings.write_timeout;
    options.minimum_body_rate = settings.min_body_rate;
    options.minimum_write_rate = settings.min_write_rate;
    options.max_connections = settings.worker_connections;
    options.max_connections_per_address = settings.address_connections;
    options.upload_directory = settings.upload_dir;
    options.forwarded_allow_ips = trusted_proxies(settings);
    options.forwarded_headers = static_cast<http::ForwardedHeaders>(settings.forwarded_fields);
    options.proxy_protocol = proxy_protocol(settings);
    options.access_log = access_log;
    options.tls = std::move(tls);
    options.log = context.log.logger("indrik");
    options.debug = settings.debug;
    return options;
}

/// One life: start, serve, end. Everything that waits is a task of its groups.
class Life {
public:
    Life(WorkerContext& context,
         web::Application application,
         std::unique_ptr<web::AccessLogger> access_log,
         std::shared_ptr<net::TLSContext> tls,
         TicketKeyring& ticket_keys)
        : context_(context),
          tls_(std::move(tls)),
          ticket_keys_(ticket_keys),
          log_(context.log.logger("indrik.worker")),
          access_log_(std::move(access_log)),
          loop_(ASIO_CONCURRENCY_HINT_UNSAFE),
          runner_(loop_, std::move(application), server_options(context, access_log_.get(), tls_)),
          signals_(loop_.get_executor()),
          helpers_(loop_.get_executor()),
          main_(loop_.get_executor()) {}

    int run() {
        main_.spawn([this] { return live(); });
        while (!is_over_) {
            try {
                loop_.run();
                break;
            } catch (...) {
                log_.error("An exception escaped to the loop: {}",
                           describe(std::current_exception()));
            }
        }
        loop_.restart();
        loop_.poll();  // what was ready when it ended
        return exit_code_;
    }

private:
    Task<> live() {
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

    Task<bool> start() {
        std::exception_ptr failure;
        try {
            co_await runner_.setup();
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

    void serve() {
        if (tls_) {
            for (const std::string& warning : tls_->warnings()) log_.warning("{}", warning);
            helpers_.spawn([this] { return rotate_ticket_keys(*tls_, ticket_keys_); });
        }
        for (UniqueFd& socket : context_.sockets) {
            // A slot that was added while others served joins them only now; for the others this sets the backlog.
            if (::listen(socket.get(), context_.settings.backlog) != 0) {
                throw std::system_error(errno, std::generic_category(), "listen");
            }
            runner_.listen(std::move(socket));
        }
        for (const int number : {SIGTERM, SIGINT, SIGQUIT, SIGUSR1}) signals_.add(number);
        helpers_.spawn([this] { return heed_signals(); });
        runner_.start_accepting();
        context_.mark_ready();
    }

    // A loop that is blocked does not beat.
    Task<> beat() {
        milliseconds interval = 1s;
        if (context_.settings.timeout > 0ms)
            interval = std::min(interval, context_.settings.timeout / 4);
        for (;;) {
            context_.line.beat();
            publish(runner_.statistics());
            if (::getppid() != context_.master && !end_.is_set()) {
                log_.warning("The master is gone; ending");
                end_.set();
            }
            co_await sleep_for(interval);
        }
    }

    void publish(const web::ServerStatistics& statistics) {
        context_.line.accepted.store(statistics.accepted, std::memory_order_relaxed);
        context_.line.connections.store(statistics.connections, std::memory_order_relaxed);
        context_.line.requests.store(statistics.requests, std::memory_order_relaxed);
        context_.line.in_flight.store(statistics.in_flight, std::memory_order_relaxed);
    }

    Task<> heed_signals() {
        for (;;) {
            const int number = co_await signals_.async_wait(use_task);
            if (number == SIGUSR1) {
                reopen_logs();
            } else {
                if (number != SIGTERM) hurry();
                end_.set();
            }
        }
    }

    void hurry() {
        grace_ = 0ms;
        if (end_.is_set()) runner_.hurry();
    }

    Task<> finish() {
        std::exception_ptr failure;
        try {
            co_await runner_.shutdown(grace_);
        } catch (...) {
            failure = std::current_exception();
        }
        publish(runner_.statistics());
        if (failure) {
            log_.error("The application did not end well: {}", describe(failure));
            exit_code_ = exit_codes::kConfiguration;
        }
    }

    void reopen_logs() {
        try {
            context_.log.reopen();
            report_aborts(context_.log.fd());
            if (access_log_) access_log_->reopen();
        } catch (const std::exception& error) {
            log_.error("A log cannot be reopened: {}", error.what());
        }
    }

    WorkerContext& context_;
    std::shared_ptr<net::TLSContext> tls_;
    TicketKeyring& ticket_keys_;
    Logger log_;
    std::unique_ptr<web::AccessLogger> access_log_;
    asio::io_context loop_;
    web::Runner runner_;
    SignalSet signals_;
    Event end_;
    // The master's patience is the graceful timeout; clean-up wants some of it.
    milliseconds grace_ = context_.settings.graceful_timeout * 95 / 100;
    int exit_code_ = exit_codes::kSuccess;
    bool is_over_ = false;
    TaskGroup helpers_;
    TaskGroup main_;
};

}  // namespace

WebWorker::WebWorker() = default;
WebWorker::WebWorker(Factory factory) : factory_(std::move(factory)) {}

int WebWorker::run(WorkerContext& context) {
    report_aborts(context.log.fd());
    std::unique_ptr<web::AccessLogger> access_log;
    try {
        access_log = open_access_log(context.settings);
    } catch (const std::exception& error) {
        context.mark_failed(fmt::format("--access-logfile, --access-logformat: {}", error.what()));
        return exit_codes::kConfiguration;
    }
    std::shared_ptr<net::TLSContext> tls;
    try {
        tls = make_tls_context(context.settings);
        // Refused here, not when the application has begun.
        trusted_proxies(context.settings);
        proxy_protocol(context.settings);
    } catch (const std::exception& error) {
        context.mark_failed(error.what());
        return exit_codes::kConfiguration;
    }
    std::optional<web::Application> application;
    try {
        application = factory_ ? factory_() : load_application(context.settings.application)();
    } catch (const LoadError& error) {
        context.mark_failed(error.what());
        return exit_codes::kApplicationLoad;
    } catch (...) {
        context.mark_failed("its factory threw: " + describe(std::current_exception()));
        return exit_codes::kApplicationLoad;
    }
    application->set(web::kSharedMemory, shared_memory_);
    hand_in_bus(*application, bus_.take());
    Life life(
        context, std::move(*application), std::move(access_log), std::move(tls), ticket_keys_);
    return life.run();
}

}  // namespace indrik::supervisor
