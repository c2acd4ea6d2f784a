#pragma once
// What Topics deliver to: one subscriber of one topic or pattern.

#include <cstdint>
#include <string>

#include "indrik/core/intrusive_list.hpp"
#include "indrik/pubsub/message.hpp"

namespace indrik::pubsub {

class Topics;
struct Channel;

/// In the list of its channel, until leave() or the end of the topics. Derived classes are Subscription and Forwarding within.
class Sink : public ListHook {
public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    /// These neither wait nor throw, and leave all lists of sinks alone.
    virtual void deliver(const Message& message) = 0;
    virtual void gap(std::uint64_t missed) = 0;
    /// No further message will come.
    virtual void end() = 0;
    /// Whether a coroutine waits for its messages.
    virtual bool is_awaited() const = 0;
    /// Whether who publishes shall wait.
    virtual bool holds_publishers() const = 0;

    /// Gets nothing more. Twice is as once.
    void leave();
    bool has_joined() const { return topics_ != nullptr; }

protected:
    /// There is room again for those who publish.
    void wake_publishers();

private:
    friend class Topics;
    Topics* topics_ = nullptr;
    Channel* channel_ = nullptr;
    std::string name_;         // that it is present by
    bool is_present_ = false;  // counted
    bool may_hold_publishers_ = false;
};

}  // namespace indrik::pubsub
