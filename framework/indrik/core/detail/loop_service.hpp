#pragma once
// What the core knows about one loop: which coroutines wait for something that is no Asio
// operation, and whether the loop is being destroyed.

#include <asio/execution_context.hpp>

#include "indrik/core/detail/waiter.hpp"
#include "indrik/core/intrusive_list.hpp"
#include "indrik/core/task.hpp"

namespace indrik::detail {

/// A service of the io_context. When the loop goes, it has the coroutines destroyed that wait in a
/// Waiter: Asio destroys those that wait for its operations, and knows nothing of ours.
class LoopService final : public asio::execution_context::service {
public:
    using key_type = LoopService;
    static asio::execution_context::id id;

    explicit LoopService(asio::execution_context& context) : service(context) {}
    /// The service of the loop that `executor` belongs to.
    static LoopService& of(const LoopExecutor& executor);

    bool is_gone() const { return is_gone_; }
    void add(Waiter::LoopHook& waiter) { waiters_.push_back(waiter); }

private:
    void shutdown() override;

    IntrusiveList<Waiter::LoopHook> waiters_;
    bool is_gone_ = false;
};

}  // namespace indrik::detail
