#include "indrik/core/detail/waiter.hpp"

#include <utility>

#include <asio/bind_executor.hpp>
#include <asio/post.hpp>
#include <asio/require.hpp>

#include "indrik/core/detail/loop_service.hpp"

namespace indrik::detail {

asio::execution_context::id LoopService::id;

LoopService& LoopService::of(const LoopExecutor& executor) {
    return asio::use_service<LoopService>(executor.context());
}

void LoopService::shutdown() {
    is_gone_ = true;
    while (!waiters_.empty()) {
        Waiter& waiter = *waiters_.front().waiter;
        waiter.loop_hook_.unlink();
        waiter.unlink();
        // Its destructor queues the coroutine's destruction, which the loop does last of all.
        const Continuation dropped = std::move(*waiter.continuation_);
        waiter.continuation_.reset();
        waiter.work_.reset();
    }
}

namespace {

/// Told by Asio that the task of a waiter is cancelled; lives in the task's cancellation slot while
/// it waits.
class CancelHook {
public:
    CancelHook(Waiter* waiter, void (*on_cancel)(Waiter&))
        : waiter_(waiter), on_cancel_(on_cancel) {}
    void operator()(asio::cancellation_type_t) { on_cancel_(*waiter_); }

private:
    Waiter* waiter_;
    void (*on_cancel_)(Waiter&);
};

}  // namespace

TaskThread* Suspension::operator()(Frame* frame) const {
    waiter->start(frame);
    return nullptr;
}

Waiter::~Waiter() = default;

void Waiter::start(Frame* frame) {
    continuation_.emplace(frame);
    was_cancelled_ = false;
    const LoopExecutor executor = continuation_->get_executor();
    work_.emplace(asio::require(executor, asio::execution::outstanding_work.tracked));
    LoopService::of(executor).add(loop_hook_);
    const bool is_cancelled = continuation_->is_cancelled();
    asio::cancellation_slot slot = continuation_->get_cancellation_slot();
    if (slot.is_connected()) slot.emplace<CancelHook>(this, &Waiter::cancel);
    if (is_cancelled) on_cancel_(*this);
    if (std::exchange(is_woken_, false)) wake();
}

void Waiter::wake() {
    if (!continuation_) {
        is_woken_ = true;
        return;
    }
    unlink();
    loop_hook_.unlink();
    Continuation continuation = std::move(*continuation_);
    continuation_.reset();
    const LoopExecutor executor = continuation.get_executor();
    asio::post(executor,
               [continuation = std::move(continuation)]() mutable { continuation.resume(); });
    work_.reset();
}

void Waiter::cancel(Waiter& self) {
    if (self.is_waiting()) self.on_cancel_(self);
}

void Waiter::end_cancelled(Waiter& self) {
    self.was_cancelled_ = true;
    self.wake();
}

}  // namespace indrik::detail
