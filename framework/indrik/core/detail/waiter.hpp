#pragma once
// The pause of one coroutine until somebody on the same loop wakes it: what TaskGroup, Event,
// Semaphore and the thread pool are made of.
//
//   Waiter waiter;                       // a local of the coroutine that waits
//   waiters_.push_back(waiter);
//   co_await waiter.suspend();           // never throws
//   if (waiter.was_cancelled()) ...      // else somebody called waiter.wake()

#include <optional>

#include <asio/execution/outstanding_work.hpp>
#include <asio/prefer.hpp>

#include "indrik/core/detail/continuation.hpp"
#include "indrik/core/intrusive_list.hpp"

namespace indrik::detail {

class LoopService;
class Waiter;

/// What `co_await waiter.suspend()` awaits.
struct Suspension {
    Waiter* waiter;
    TaskThread* operator()(Frame* frame) const;
};

/// Keeps the loop running while it waits. Known to the loop, which destroys the coroutine if it
/// goes before the wake. Unlinked from the list that it is in (by its public hook) when woken or
/// cancelled.
class Waiter : public ListHook {
public:
    Waiter() = default;
    Waiter(const Waiter&) = delete;
    ~Waiter();

    /// Suspends the coroutine that awaits it, until wake() or cancellation. REQUIRES: not waiting.
    Suspension suspend() { return Suspension{this}; }
    bool is_waiting() const { return continuation_.has_value(); }
    /// Resumes the coroutine in the loop's next turn. Before suspend() it makes that pause end at
    /// once; a second one is the same as one.
    void wake();
    bool was_cancelled() const { return was_cancelled_; }

protected:
    using CancelHandler = void (*)(Waiter&);
    /// `on_cancel` is called in place of the default (note it and wake) when the waiting task is
    /// cancelled, or is already when the wait begins.
    explicit Waiter(CancelHandler on_cancel) : on_cancel_(on_cancel) {}
    /// The default: notes the cancellation and wakes.
    static void end_cancelled(Waiter& self);

private:
    friend struct Suspension;
    friend class LoopService;
    struct LoopHook : ListHook {
        Waiter* waiter;
        explicit LoopHook(Waiter* w) : waiter(w) {}
    };
    using Work =
        asio::prefer_result<LoopExecutor, asio::execution::outstanding_work_t::tracked_t>::type;

    void start(Frame* frame);
    static void cancel(Waiter& self);

    std::optional<Continuation> continuation_;
    std::optional<Work> work_;
    LoopHook loop_hook_{this};
    CancelHandler on_cancel_ = &Waiter::end_cancelled;
    bool is_woken_ = false;
    bool was_cancelled_ = false;
};

}  // namespace indrik::detail
