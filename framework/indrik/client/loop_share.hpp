#pragma once
// What the clients of one loop share.

#include <memory>

#include <asio/execution_context.hpp>

#include "indrik/core/task.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/net/timer_wheel.hpp"
#include "indrik/net/tls_context.hpp"

namespace indrik::client {

/// One per loop, made on first use; a service of its io_context, and gone with it.
class LoopShare final : public asio::execution_context::service {
public:
    using key_type = LoopShare;
    static asio::execution_context::id id;

    explicit LoopShare(asio::execution_context& context);

    static LoopShare& of(const LoopExecutor& executor);

    /// For timeouts that hardly ever fire.
    net::TimerWheel& timers() { return timers_; }
    /// For what goes on beside its caller and ends by itself soon after its connection.
    TaskGroup& tasks() { return tasks_; }
    /// Trusts the system's authorities. Errors: std::system_error if they cannot be read.
    const std::shared_ptr<net::TLSContext>& default_tls();

private:
    void shutdown() override {}

    net::TimerWheel timers_;
    std::shared_ptr<net::TLSContext> default_tls_;
    TaskGroup tasks_;
};

}  // namespace indrik::client
