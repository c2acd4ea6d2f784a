#pragma once
// The inside of a Subscription.

#include <memory>
#include <optional>

#include "indrik/core/detail/waiter.hpp"
#include "indrik/core/intrusive_list.hpp"
#include "indrik/pubsub/sink.hpp"
#include "indrik/pubsub/subscription.hpp"

namespace indrik::pubsub {

/// Kept by the handle and by the coroutine that waits.
class Subscription::State final : public Sink {
public:
    State(std::size_t limit, SlowSubscriber policy) : backlog_(limit), policy_(policy) {}

    void deliver(const Message& message) override;
    void gap(std::uint64_t missed) override;
    void end() override;
    bool is_awaited() const override { return true; }
    bool holds_publishers() const override {
        return policy_ == SlowSubscriber::Wait && !has_ended_ && backlog_.is_full();
    }

    std::optional<Delivery> take();
    static Task<std::optional<Delivery>> next(std::shared_ptr<State> self);
    const Backlog& backlog() const { return backlog_; }
    bool has_ended() const { return has_ended_; }

private:
    void wake();

    Backlog backlog_;
    SlowSubscriber policy_;
    bool has_ended_ = false;
    IntrusiveList<indrik::detail::Waiter> waiters_;
};

}  // namespace indrik::pubsub
