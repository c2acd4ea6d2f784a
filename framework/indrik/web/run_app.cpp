#include "indrik/web/run_app.hpp"

#include <csignal>
#include <cstdio>
#include <exception>

#include <asio/basic_signal_set.hpp>
#include <asio/io_context.hpp>
#include <unistd.h>

#include "indrik/core/task_group.hpp"
#include "indrik/net/endpoint.hpp"
#include "indrik/net/listening.hpp"
#include "indrik/web/runner.hpp"

namespace indrik::web {

/// One application from its start to its end.
class AppRun {
public:
    AppRun(Application application, RunOptions options)
        : options_(std::move(options)),
          loop_(ASIO_CONCURRENCY_HINT_UNSAFE),
          runner_(loop_, std::move(application), options_.server_),
          signals_(loop_.get_executor()),
          tasks_(loop_.get_executor()) {}
    ~AppRun() {
        for (const std::string& path : bound_paths_) ::unlink(path.c_str());
    }

    void run() {
        listen();
        tasks_.on_error([this](const std::exception_ptr& error) { failure_ = error; });
        tasks_.spawn(serve());
        loop_.run();
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    using Signals = asio::basic_signal_set<LoopExecutor>;

    void listen() {
        const int backlog = options_.backlog_ > 0 ? options_.backlog_ : net::kDefaultBacklog;
        const std::uint16_t port = options_.port_.value_or(options_.server_.tls ? 8443 : 8080);
        const bool is_elsewhere = !options_.paths_.empty() || !options_.sockets_.empty();
        std::vector<std::string> hosts = options_.hosts_;
        if (hosts.empty() && (!is_elsewhere || options_.port_)) hosts.emplace_back("0.0.0.0");
        for (const std::string& host : hosts) {
            add(net::listen_tcp(host, port, backlog, options_.reuse_port_));
        }
        for (const std::string& path : options_.paths_) {
            add(net::listen_unix(path, backlog));
            bound_paths_.push_back(path);
        }
        for (UniqueFd& socket : options_.sockets_) add(std::move(socket));
    }

    void add(UniqueFd socket) {
        const net::Endpoint endpoint = net::local_endpoint(socket.get());
        const std::string name = net::format_endpoint(endpoint);
        const std::string scheme = options_.server_.tls ? "https://" : "http://";
        addresses_.push_back(endpoint.is_unix() ? name : scheme + name);
        runner_.listen(std::move(socket));
    }

    Task<> serve() {
        signals_.add(SIGINT);
        signals_.add(SIGTERM);
        co_await runner_.setup();
        runner_.start_accepting();
        for (const std::string& address : addresses_) announce(address);
        co_await signals_.async_wait(use_task);
        signals_.async_wait([this](const std::error_code& error, int) {
            if (!error) runner_.hurry();
        });
        std::exception_ptr failure;
        try {
            co_await runner_.shutdown(options_.shutdown_timeout_);
        } catch (...) {
            failure = std::current_exception();
        }
        signals_.cancel();  // or the loop would wait for a second one
        if (failure) std::rethrow_exception(failure);
    }

    void announce(const std::string& address) const {
        if (options_.on_listening_) return options_.on_listening_(address);
        std::printf("Listening on %s (Ctrl-C ends it)\n", address.c_str());
        std::fflush(stdout);
    }

    RunOptions options_;
    std::vector<std::string> addresses_;
    std::vector<std::string> bound_paths_;
    asio::io_context loop_;
    Runner runner_;
    Signals signals_;
    std::exception_ptr failure_;
    TaskGroup tasks_;
};

void run_app(Application application, RunOptions options) {
    AppRun(std::move(application), std::move(options)).run();
}

}  // namespace indrik::web
