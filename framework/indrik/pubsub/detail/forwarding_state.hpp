#pragma once
// The inside of a Forwarding.

#include <memory>
#include <string>

#include "indrik/pubsub/forwarding.hpp"
#include "indrik/pubsub/sink.hpp"

namespace indrik::pubsub {

/// Kept by the handle, and by the task that sends what waits.
class Forwarding::State final : public Sink, public std::enable_shared_from_this<State> {
public:
    /// Lifetime: `tasks` outlives the subscription.
    State(const ForwardOptions& options, websocket::Peer peer, TaskGroup& tasks);

    void deliver(const Message& message) override;
    void gap(std::uint64_t missed) override;
    void end() override { stop(); }
    bool is_awaited() const override { return false; }
    bool holds_publishers() const override {
        return policy_ == SlowSubscriber::Wait && !is_over_ && backlog_.is_full();
    }

    /// What waits is dropped.
    void stop();
    const Backlog& backlog() const { return backlog_; }

private:
    void send_later();
    bool send_front();
    static Task<> send_waiting(std::shared_ptr<State> self);

    websocket::Peer peer_;
    TaskGroup& tasks_;
    Backlog backlog_;
    std::shared_ptr<const websocket::SharedMessage> gap_message_;
    SlowSubscriber policy_;
    bool is_sending_ = false;  // send_waiting() runs
    bool is_over_ = false;
};

}  // namespace indrik::pubsub
