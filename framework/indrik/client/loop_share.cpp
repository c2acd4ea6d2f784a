#include "indrik/client/loop_share.hpp"

#include <asio/io_context.hpp>

namespace indrik::client {
namespace {

LoopExecutor executor_of(asio::execution_context& context) {
    return static_cast<asio::io_context&>(context).get_executor();
}

}  // namespace

asio::execution_context::id LoopShare::id;

LoopShare::LoopShare(asio::execution_context& context)
    : service(context), timers_(executor_of(context)), tasks_(executor_of(context)) {
    // A connection that fails says so to those who use it.
    tasks_.on_error([](const std::exception_ptr&) {});
}

LoopShare& LoopShare::of(const LoopExecutor& executor) {
    return asio::use_service<LoopShare>(executor.context());
}

const std::shared_ptr<net::TLSContext>& LoopShare::default_tls() {
    if (!default_tls_) {
        net::TLSClientOptions options;
        options.protocols = {"http/1.1"};
        default_tls_ = net::TLSContext::make_client(options);
    }
    return default_tls_;
}

}  // namespace indrik::client
