#pragma once
// A subscriber that is a coroutine.
//
//   pubsub::Subscription prices = co_await topics.subscribe("prices");
//   while (auto delivery = co_await prices.next()) {
//       if (delivery->is_gap()) co_await reload_everything();
//       else show(delivery->text());
//   }

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "indrik/core/task.hpp"
#include "indrik/pubsub/delivery.hpp"

namespace indrik::pubsub {

/// How somebody subscribes. Value type; setters return the object.
class SubscribeOptions {
public:
    static constexpr std::size_t kDefaultLimit = 256;

    /// Messages that may wait, 256 by default.
    SubscribeOptions& queue_limit(std::size_t messages) {
        queue_limit_ = messages == 0 ? 1 : messages;
        return *this;
    }
    /// What happens when as many do; Drop by default.
    SubscribeOptions& when_full(SlowSubscriber policy) { return policy_ = policy, *this; }
    /// A name that Topics::presence() shows to all nodes.
    SubscribeOptions& present_as(std::string name) { return name_ = std::move(name), *this; }
    /// Is not counted as present: for services that listen, too. Those of patterns never are.
    SubscribeOptions& hidden() { return is_hidden_ = true, *this; }

    std::size_t queue_limit() const { return queue_limit_; }
    SlowSubscriber policy() const { return policy_; }
    const std::string& name() const { return name_; }
    bool is_hidden() const { return is_hidden_; }

private:
    std::size_t queue_limit_ = kDefaultLimit;
    SlowSubscriber policy_ = SlowSubscriber::Drop;
    bool is_hidden_ = false;
    std::string name_;
};

/// Movable; subscribed until it is destroyed. Lifetime: may outlive its Topics, and has ended then.
class Subscription {
public:
    class State;

    explicit Subscription(std::shared_ptr<State> state);
    Subscription(Subscription&& other) noexcept;
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription();

    /// Waits for a message or a gap; nothing when there will be none: the worker retires, the topics are closed, or the policy Close
    /// has struck (dropped() says so). What waits already is returned first.
    /// Cancellation: ends the wait; nothing is lost. REQUIRES: nobody else waits
    Task<std::optional<Delivery>> next();
    /// The same without waiting.
    std::optional<Delivery> try_next();

    /// Messages that wait.
    std::size_t waiting() const;
    /// Messages that were left out here because too many waited.
    std::uint64_t dropped() const;
    bool has_ended() const;
    /// Gets nothing more. What waits may still be taken.
    void close();

private:
    std::shared_ptr<State> state_;
};

}  // namespace indrik::pubsub
