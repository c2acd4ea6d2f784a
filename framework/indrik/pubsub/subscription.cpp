#include "indrik/pubsub/subscription.hpp"

#include "indrik/core/cancellation.hpp"
#include "indrik/pubsub/detail/subscription_state.hpp"

namespace indrik::pubsub {

void Subscription::State::deliver(const Message& message) {
    if (has_ended_) return;
    const bool was_taken = backlog_.push(message);
    if (!was_taken && policy_ == SlowSubscriber::Close) has_ended_ = true;
    wake();
}

void Subscription::State::gap(std::uint64_t missed) {
    if (has_ended_) return;
    backlog_.push_gap(missed);
    wake();
}

void Subscription::State::end() {
    has_ended_ = true;
    wake();
}

void Subscription::State::wake() {
    while (!waiters_.empty()) waiters_.front().wake();
}

std::optional<Delivery> Subscription::State::take() {
    if (backlog_.empty()) return std::nullopt;
    const bool held_publishers = holds_publishers();
    Delivery delivery = backlog_.front();
    backlog_.pop();
    if (held_publishers) wake_publishers();
    return delivery;
}

Task<std::optional<Delivery>> Subscription::State::next(std::shared_ptr<State> self) {
    while (self->backlog_.empty() && !self->has_ended_) {
        indrik::detail::Waiter waiter;
        self->waiters_.push_back(waiter);
        co_await waiter.suspend();
        if (waiter.was_cancelled()) throw_cancelled();
    }
    co_return self->take();
}

Subscription::Subscription(std::shared_ptr<State> state) : state_(std::move(state)) {}
Subscription::Subscription(Subscription&& other) noexcept = default;
Subscription& Subscription::operator=(Subscription&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
}
Subscription::~Subscription() {
    if (state_) close();
}

Task<std::optional<Delivery>> Subscription::next() {
    return State::next(state_);
}
std::optional<Delivery> Subscription::try_next() {
    return state_->take();
}
std::size_t Subscription::waiting() const {
    return state_->backlog().size();
}
std::uint64_t Subscription::dropped() const {
    return state_->backlog().dropped();
}
bool Subscription::has_ended() const {
    return state_->has_ended();
}
void Subscription::close() {
    state_->leave();
    state_->end();
}

}  // namespace indrik::pubsub
