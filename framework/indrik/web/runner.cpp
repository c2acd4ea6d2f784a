#include "indrik/web/runner.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "indrik/core/timeout.hpp"
#include "indrik/web/server.hpp"

namespace indrik::web {
namespace {

/// Callbacks of on_shutdown have it even if handlers have less: they say goodbye to those who listen.
constexpr std::chrono::milliseconds kMinShutdownTime{1000};

}  // namespace

class Runner::Implementation {
public:
    Implementation(asio::io_context& loop, Application application, ServerOptions options)
        : application_(std::move(application)),
          server_(loop.get_executor(), application_, std::move(options)) {}

    Task<> setup() {
        application_.freeze();
        std::exception_ptr failure;
        try {
            co_await application_.startup();
        } catch (...) {
            failure = std::current_exception();
        }
        if (!failure) co_return;
        try {
            co_await application_.cleanup();
        } catch (...) {
            // What went wrong first is what the operator needs to know.
        }
        std::rethrow_exception(failure);
    }

    Task<> shutdown(std::chrono::milliseconds grace) {
        const auto deadline = std::chrono::steady_clock::now() + grace;
        application_.begin_drain();
        server_.stop_accepting();
        server_.drain();
        std::exception_ptr failure;
        try {
            const std::chrono::milliseconds limit = std::max(grace, kMinShutdownTime);
            co_await with_timeout(limit, application_.shutdown());
        } catch (...) {
            failure = std::current_exception();
        }
        bool timed_out = false;
        auto left = deadline - std::chrono::steady_clock::now();
        if (hurried_) left = left.zero();
        try {
            co_await with_timeout(left, server_.wait_closed());
        } catch (const TimeoutError&) {
            timed_out = true;
        }
        if (timed_out) {
            // They are cancelled; what they do to end themselves is waited for.
            server_.cancel();
            co_await server_.wait_closed();
        }
        co_await application_.cleanup();
        if (failure) std::rethrow_exception(failure);
    }

    void hurry() {
        hurried_ = true;
        server_.cancel();
    }

    Application application_;
    Server server_;
    bool hurried_ = false;
};

Runner::Runner(asio::io_context& loop, Application application, ServerOptions options)
    : implementation_(
          std::make_unique<Implementation>(loop, std::move(application), std::move(options))) {}
Runner::~Runner() = default;

Task<> Runner::setup() {
    return implementation_->setup();
}
unsigned Runner::listen(UniqueFd listening_socket) {
    return implementation_->server_.listen(std::move(listening_socket));
}
void Runner::stop_listening(unsigned listener) {
    implementation_->server_.stop_listening(listener);
}
void Runner::start_accepting() {
    implementation_->server_.start_accepting();
}
void Runner::stop_accepting() {
    implementation_->server_.stop_accepting();
}
Task<> Runner::shutdown(std::chrono::milliseconds grace) {
    return implementation_->shutdown(grace);
}
void Runner::hurry() {
    implementation_->hurry();
}
const ServerStatistics& Runner::statistics() const {
    return implementation_->server_.statistics();
}
std::size_t Runner::list_requests(std::span<RequestInFlight> requests) {
    return implementation_->server_.list_requests(requests);
}
Application& Runner::application() {
    return implementation_->application_;
}

}  // namespace indrik::web
