#include "indrik/pubsub/forwarding.hpp"

#include "indrik/core/task_group.hpp"
#include "indrik/pubsub/detail/forwarding_state.hpp"
#include "indrik/websocket/errors.hpp"

namespace indrik::pubsub {

using websocket::SendOutcome;

Forwarding::State::State(const ForwardOptions& options, websocket::Peer peer, TaskGroup& tasks)
    : peer_(std::move(peer)),
      tasks_(tasks),
      backlog_(options.subscribe_options().queue_limit()),
      policy_(options.subscribe_options().policy()) {
    if (options.gap_message().empty()) return;
    gap_message_ = std::make_shared<const websocket::SharedMessage>(websocket::MessageType::Text,
                                                                    options.gap_message());
}

void Forwarding::State::deliver(const Message& message) {
    if (is_over_) return;
    if (!is_sending_ && backlog_.empty()) {
        const SendOutcome outcome = peer_.try_send(message.frame());
        if (outcome == SendOutcome::Closed) stop();
        if (outcome != SendOutcome::Busy) return;
    }
    const bool was_taken = backlog_.push(message);
    if (!was_taken && policy_ == SlowSubscriber::Close) {
        stop();
        peer_.close(static_cast<std::uint16_t>(websocket::CloseCode::PolicyViolation), "too slow");
        return;
    }
    send_later();
}

void Forwarding::State::gap(std::uint64_t missed) {
    if (is_over_ || !gap_message_) return;
    backlog_.push_gap(missed);
    send_later();
}

void Forwarding::State::stop() {
    const bool held_publishers = holds_publishers();
    is_over_ = true;
    backlog_.clear();
    if (held_publishers) wake_publishers();
}

void Forwarding::State::send_later() {
    if (is_sending_) return;
    is_sending_ = true;
    tasks_.spawn(send_waiting(shared_from_this()));
}

/// Sends the first that waits. False if the peer takes nothing now.
bool Forwarding::State::send_front() {
    const Delivery first = backlog_.front();
    SendOutcome outcome = SendOutcome::Taken;
    if (!first.is_gap()) {
        outcome = peer_.try_send(first.message().frame());
    } else if (gap_message_) {
        outcome = peer_.try_send(gap_message_);
    }
    if (outcome == SendOutcome::Closed) stop();
    if (outcome != SendOutcome::Taken) return false;
    const bool held_publishers = holds_publishers();
    backlog_.pop();
    if (held_publishers) wake_publishers();
    return true;
}

Task<> Forwarding::State::send_waiting(std::shared_ptr<State> self) {
    while (!self->is_over_ && !self->backlog_.empty()) {
        co_await self->peer_.wait_for_room();
        while (!self->backlog_.empty() && self->send_front()) {
        }
    }
    self->is_sending_ = false;
}

Forwarding::Forwarding(std::shared_ptr<State> state) : state_(std::move(state)) {}
Forwarding::Forwarding(Forwarding&& other) noexcept = default;
Forwarding& Forwarding::operator=(Forwarding&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
}
Forwarding::~Forwarding() {
    if (state_) close();
}

std::size_t Forwarding::waiting() const {
    return state_->backlog().size();
}
std::uint64_t Forwarding::dropped() const {
    return state_->backlog().dropped();
}
void Forwarding::close() {
    state_->leave();
    state_->stop();
}

}  // namespace indrik::pubsub
