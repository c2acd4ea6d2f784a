#include "indrik/pubsub/topics.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/json/value.hpp"
#include "indrik/pubsub/detail/forwarding_state.hpp"
#include "indrik/pubsub/detail/subscription_state.hpp"
#include "indrik/pubsub/pattern.hpp"

namespace indrik::pubsub {

void Sink::leave() {
    if (topics_ != nullptr) topics_->leave(*this);
}

void Sink::wake_publishers() {
    if (topics_ == nullptr) return;
    while (!topics_->publishers_.empty()) topics_->publishers_.front().wake();
}

Topics::Topics() = default;

Topics::~Topics() {
    is_spreading_ = true;  // nobody is told any more
    end_sinks([](const Sink&) { return true; });
}

// ---- the life of the topics

Task<> Topics::connect(std::unique_ptr<Backend> backend) {
    if (backend_) throw std::logic_error("the topics are connected already");
    const LoopExecutor executor = co_await asio::this_coro::executor;
    tasks_.emplace(executor);
    tasks_->on_error(
        [](std::exception_ptr) {});  // connections that break, and waits that are cancelled
    backend_ = std::move(backend);
    co_await backend_->connect(*this);
}

template <class Choose>
void Topics::end_sinks(Choose choose) {
    std::vector<Sink*> chosen;
    const auto look = [&](Channel& channel) {
        for (Sink& sink : channel.sinks) {
            if (choose(sink)) chosen.push_back(&sink);
        }
    };
    for (const auto& [name, channel] : exact_) look(*channel);
    for (const auto& channel : patterns_) look(*channel);
    for (Sink* const sink : chosen) {
        leave(*sink);
        sink->end();
    }
}

void Topics::end_subscriptions() {
    has_ended_ = true;
    end_sinks([](const Sink& sink) { return sink.is_awaited(); });
}

Task<> Topics::close() {
    if (!backend_) co_return;
    has_ended_ = true;
    end_sinks([](const Sink&) { return true; });
    tell_changes();
    co_await backend_->close();
    tasks_->cancel();
    co_await tasks_->join();
}

Backend& Topics::backend() const {
    if (!backend_)
        throw std::logic_error("the topics are not connected: pubsub::setup(app) does it");
    return *backend_;
}

NodeID Topics::node() const {
    return backend().node();
}
std::vector<NodeID> Topics::nodes() const {
    return backend().nodes();
}
BackendHealth Topics::health() const {
    return backend_ ? backend_->health() : BackendHealth();
}

// ---- publishing

Task<> Topics::publish(std::string topic, std::string text) {
    return publish(Message::text(topic, text));
}
Task<> Topics::publish_bytes(std::string topic, std::string bytes) {
    return publish(Message::binary(topic, bytes));
}
Task<> Topics::publish_json(std::string topic, const json::Value& value) {
    return publish(Message::text(topic, json::serialize(value)));
}

Task<> Topics::publish(Message message) {
    if (possible_holders_ != 0) co_await wait_for_subscribers(message.topic());
    publish_now(message);
    co_await backend().wait_for_room();
}

void Topics::publish_now(const Message& message) {
    backend().publish(message);
    publish_here(message);
}

void Topics::publish_here(const Message& message) {
    for_each_channel(message.topic(), [&](Channel& channel) { deliver(channel, message); });
}

void Topics::deliver(Channel& channel, const Message& message) {
    for (Sink& sink : channel.sinks) {
        sink.deliver(message);
        ++delivered_;
    }
}

template <class Use>
void Topics::for_each_channel(std::string_view topic, Use use) {
    const auto place = exact_.find(topic);
    if (place != exact_.end()) use(*place->second);
    for (const auto& channel : patterns_) {
        if (matches(channel->name, topic)) use(*channel);
    }
}

bool Topics::has_holder(std::string_view topic) {
    bool is_found = false;
    for_each_channel(topic, [&](Channel& channel) {
        for (Sink& sink : channel.sinks) is_found = is_found || sink.holds_publishers();
    });
    return is_found;
}

Task<> Topics::wait_for_subscribers(std::string topic) {
    while (has_holder(topic)) {
        indrik::detail::Waiter waiter;
        publishers_.push_back(waiter);
        co_await waiter.suspend();
        if (waiter.was_cancelled()) throw_cancelled();
    }
}

// ---- subscribing

Channel& Topics::channel_of(std::string_view name, bool is_pattern) {
    if (!is_pattern) {
        auto place = exact_.find(name);
        if (place == exact_.end())
            place = exact_.emplace(name, std::make_unique<Channel>(name)).first;
        return *place->second;
    }
    for (const auto& channel : patterns_) {
        if (channel->name == name) return *channel;
    }
    patterns_.push_back(std::make_unique<Channel>(name));
    patterns_.back()->is_pattern = true;
    return *patterns_.back();
}

// Its handle exists already: whatever happens, it leaves again.
Task<> Topics::join(std::shared_ptr<Sink> sink,
                    std::string name,
                    bool is_pattern,
                    SubscribeOptions options) {
    check_topic(name);
    Backend& server = backend();
    if (has_ended_ && sink->is_awaited()) {
        sink->end();
        co_return;
    }
    Channel& channel = channel_of(name, is_pattern);
    channel.sinks.push_back(*sink);
    sink->topics_ = this;
    sink->channel_ = &channel;
    sink->may_hold_publishers_ = options.policy() == SlowSubscriber::Wait;
    if (sink->may_hold_publishers_) ++possible_holders_;
    if (!channel.is_subscribed) co_await server.subscribe(name, is_pattern);
    if (!sink->has_joined()) co_return;
    sink->channel_->is_subscribed = true;
    if (is_pattern || options.is_hidden()) co_return;
    sink->is_present_ = true;
    sink->name_ = options.name();
    presence_.change_own(name, sink->name_, 1);
    presence_changed();
}

void Topics::leave(Sink& sink) {
    Channel& channel = *sink.channel_;
    sink.unlink();
    sink.topics_ = nullptr;
    if (sink.may_hold_publishers_) {
        --possible_holders_;
        while (!publishers_.empty()) publishers_.front().wake();
    }
    if (std::exchange(sink.is_present_, false)) {
        presence_.change_own(channel.name, sink.name_, -1);
        presence_changed();
    }
    if (!channel.sinks.empty()) return;
    backend_->unsubscribe(channel.name, channel.is_pattern);
    if (channel.is_pattern) {
        std::erase_if(patterns_, [&](const auto& one) { return one.get() == &channel; });
    } else {
        exact_.erase(exact_.find(channel.name));
    }
}

Task<Subscription> Topics::subscribe(std::string topic) {
    return subscribe(std::move(topic), SubscribeOptions());
}

Task<Subscription> Topics::subscribe(std::string topic, SubscribeOptions options) {
    const auto state =
        std::make_shared<Subscription::State>(options.queue_limit(), options.policy());
    Subscription subscription(state);
    co_await join(state, std::move(topic), false, std::move(options));
    co_return subscription;
}

Task<Subscription> Topics::subscribe_pattern(std::string pattern) {
    return subscribe_pattern(std::move(pattern), SubscribeOptions());
}

Task<Subscription> Topics::subscribe_pattern(std::string pattern, SubscribeOptions options) {
    const auto state =
        std::make_shared<Subscription::State>(options.queue_limit(), options.policy());
    Subscription subscription(state);
    co_await join(state, std::move(pattern), true, std::move(options));
    co_return subscription;
}

Task<Forwarding> Topics::forward(std::string topic, websocket::Peer peer) {
    return forward(std::move(topic), std::move(peer), ForwardOptions());
}

Task<Forwarding> Topics::forward(std::string topic, websocket::Peer peer, ForwardOptions options) {
    backend();
    const auto state = std::make_shared<Forwarding::State>(options, std::move(peer), *tasks_);
    Forwarding forwarding(state);
    co_await join(state, std::move(topic), false, options.subscribe_options());
    co_return forwarding;
}

// ---- presence, and what the back end tells

void Topics::presence_changed() {
    if (is_spreading_ || !presence_.has_news()) return;
    is_spreading_ = true;
    tasks_->spawn(spread_presence());
}

// What changes in one turn of the loop goes out at once.
Task<> Topics::spread_presence() {
    co_await sleep_for(std::chrono::seconds(0));
    is_spreading_ = false;
    tell_changes();
    for (const std::string& topic : presence_.take_changed_topics()) {
        for (const PresenceHandler& handler : presence_handlers_) handler(topic);
    }
}

void Topics::tell_changes() {
    std::string changes = presence_.take_changes();
    if (!changes.empty()) backend_->tell(std::move(changes));
}

void Topics::on_told(NodeID from, std::string_view bytes) {
    presence_.apply(from, bytes);
    presence_changed();
}

void Topics::on_joined(NodeID node) {
    on_peer_missed(node);
}

void Topics::on_left(NodeID node) {
    presence_.remove(node);
    presence_changed();
}

void Topics::on_missed(std::uint64_t count) {
    ++gaps_;
    const auto tell = [count](Channel& channel) {
        for (Sink& sink : channel.sinks) sink.gap(count);
    };
    for (const auto& [name, channel] : exact_) tell(*channel);
    for (const auto& channel : patterns_) tell(*channel);
}

void Topics::on_peer_missed(NodeID node) {
    tell_changes();
    backend_->tell(node, presence_.snapshot());
}

}  // namespace indrik::pubsub
