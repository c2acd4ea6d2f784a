#pragma once
// What a subscriber gets, and what waits for one that is slow.

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "indrik/pubsub/message.hpp"

namespace indrik::pubsub {

/// What happens when a subscriber has as many messages waiting as it may.
enum class SlowSubscriber : std::uint8_t {
    Drop,   // the new message is left out, and counted; a gap says so where it was
    Close,  // the subscription ends; a WebSocket is closed with 1008
    Wait,   // who publishes in the same process waits; what comes from other processes is dropped
};

/// A message, or the word that some are missing here.
class Delivery {
public:
    explicit Delivery(Message message) : message_(std::move(message)) {}
    static Delivery gap(std::uint64_t missed) { return Delivery(missed); }

    bool is_gap() const { return !message_; }
    /// How many are missing; 0 if nobody knows. REQUIRES: is_gap()
    std::uint64_t missed() const { return missed_; }

    /// REQUIRES of all others: !is_gap()
    const Message& message() const { return *message_; }
    const std::string& topic() const { return message_->topic(); }
    bool is_text() const { return message_->is_text(); }
    std::string text() const { return std::string(message_->data()); }
    std::string_view data() const { return message_->data(); }

private:
    explicit Delivery(std::uint64_t missed) : missed_(missed) {}
    std::optional<Message> message_;
    std::uint64_t missed_ = 0;
};

/// The bounded queue of one subscriber. Gaps take no room: there is at most one between two messages.
class Backlog {
public:
    explicit Backlog(std::size_t limit) : limit_(limit) {}

    bool empty() const { return entries_.empty() && missed_ == 0; }
    bool is_full() const { return messages_ >= limit_; }
    std::size_t size() const { return messages_; }
    /// Messages that were left out.
    std::uint64_t dropped() const { return dropped_; }

    /// False if it is full: the message is left out.
    bool push(const Message& message) {
        if (is_full()) {
            ++missed_;
            ++dropped_;
            return false;
        }
        if (missed_ != 0) push_gap(std::exchange(missed_, 0));
        entries_.emplace_back(message);
        ++messages_;
        return true;
    }
    /// Messages were lost on their way here.
    void push_gap(std::uint64_t missed) {
        if (!entries_.empty() && entries_.back().is_gap()) {
            const std::uint64_t before = entries_.back().missed();
            missed = before == 0 || missed == 0 ? 0 : before + missed;
            entries_.back() = Delivery::gap(missed);
        } else {
            entries_.push_back(Delivery::gap(missed));
        }
    }
    /// REQUIRES: !empty()
    Delivery front() const { return entries_.empty() ? Delivery::gap(missed_) : entries_.front(); }
    /// REQUIRES: !empty()
    void pop() {
        if (entries_.empty()) {
            missed_ = 0;
            return;
        }
        if (!entries_.front().is_gap()) --messages_;
        entries_.pop_front();
    }
    void clear() {
        entries_.clear();
        messages_ = 0;
        missed_ = 0;
    }

private:
    std::list<Delivery> entries_;  // holds no memory while it is empty, as most are
    std::size_t limit_;
    std::size_t messages_ = 0;
    std::uint64_t missed_ = 0;  // behind all entries
    std::uint64_t dropped_ = 0;
};

}  // namespace indrik::pubsub
