#pragma once
// Topics: what one handler publishes, all subscribers get, whichever worker they are connected to.
//
//   web::Application make_app() {
//       web::Application app;
//       pubsub::setup(app);
//       app.add_routes({web::post("/news", tell), web::get("/live", listen)});
//       return app;
//   }
//   Task<web::Response> tell(web::Request& request) {
//       const std::string_view news = co_await request.text();
//       co_await pubsub::topics_of(request.app()).publish("news", std::string(news));
//       co_return web::Response(204);
//   }
//
// Under `indrik` all workers of the host take part; elsewhere the topics are those of the process. Delivery is at most once, in the order
// of each publisher and topic; who may have missed something is told so by a gap. framework/docs/topics.md has the rules.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/json/fwd.hpp>

#include "indrik/core/logging.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/pubsub/backend.hpp"
#include "indrik/pubsub/forwarding.hpp"
#include "indrik/pubsub/presence.hpp"
#include "indrik/pubsub/sink.hpp"
#include "indrik/pubsub/subscription.hpp"

namespace indrik::pubsub {

/// The subscribers of one topic or pattern.
struct Channel {
    explicit Channel(std::string_view called) : name(called) {}
    std::string name;
    bool is_pattern = false;
    bool is_subscribed = false;  // at the back end
    IntrusiveList<Sink> sinks;
};

/// One per application, on its loop. Not movable. Usable between connect() and close(); std::logic_error before.
class Topics final : private BackendEvents {
public:
    using PresenceHandler = std::function<void(const std::string& topic)>;

    Topics();
    Topics(const Topics&) = delete;
    Topics& operator=(const Topics&) = delete;
    ~Topics() override;

    // ---- called by setup(), or by tests

    /// Errors: as Backend::connect().
    Task<> connect(std::unique_ptr<Backend> backend);
    /// Ends subscriptions that coroutines wait for, and those to come; WebSockets go on, for they are told otherwise. For the beginning of
    /// a shutdown.
    void end_subscriptions();
    /// Ends all that is subscribed, and leaves the other nodes.
    Task<> close();

    // ---- publishing

    /// To all subscribers of the topic, on all nodes. Waits if one of this process holds its publishers (SlowSubscriber::Wait), and while
    /// more waits for another node than is reasonable. Errors: as Message.
    Task<> publish(std::string topic, std::string text);
    Task<> publish_bytes(std::string topic, std::string bytes);
    Task<> publish_json(std::string topic, const boost::json::value& value);
    Task<> publish(Message message);
    /// The same without waiting: what cannot be kept is dropped. In the order of the calls, with those of publish().
    void publish_now(const Message& message);
    /// Only to subscribers of this process.
    void publish_here(const Message& message);

    // ---- subscribing; returns when messages come. Errors: std::invalid_argument for a name that no topic can have; what the back end says

    Task<Subscription> subscribe(std::string topic);
    Task<Subscription> subscribe(std::string topic, SubscribeOptions options);
    /// To all topics that fit (pattern.hpp): "room:*".
    Task<Subscription> subscribe_pattern(std::string pattern);
    Task<Subscription> subscribe_pattern(std::string pattern, SubscribeOptions options);
    /// Sends to a WebSocket what is published.
    Task<Forwarding> forward(std::string topic, websocket::Peer peer);
    Task<Forwarding> forward(std::string topic, websocket::Peer peer, ForwardOptions options);

    // ---- who is there

    /// The subscribers of a topic on all nodes, those of patterns not counted. Lifetime: until the next wait.
    const TopicPresence& presence(std::string_view topic) const { return presence_.of(topic); }
    /// Calls `handler` after the presence of a topic has changed, once for several changes of one turn of the loop. It must not throw.
    void on_presence(PresenceHandler handler) { presence_handlers_.push_back(std::move(handler)); }

    // ---- the others

    /// Names this process among those that are connected.
    NodeID node() const;
    /// The other ones.
    std::vector<NodeID> nodes() const;
    BackendHealth health() const;
    /// Deliveries to subscribers of this process, and gaps that they were told of.
    std::uint64_t delivered() const { return delivered_; }
    std::uint64_t gaps() const { return gaps_; }

private:
    friend class Sink;
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    using Exact = std::unordered_map<std::string, std::unique_ptr<Channel>, Hash, std::equal_to<>>;

    // BackendEvents
    void on_message(const Message& message) override { publish_here(message); }
    void on_told(NodeID from, std::string_view bytes) override;
    void on_joined(NodeID node) override;
    void on_left(NodeID node) override;
    void on_missed(std::uint64_t count) override;
    void on_peer_missed(NodeID node) override;

    Backend& backend() const;
    Channel& channel_of(std::string_view name, bool is_pattern);
    Task<> join(std::shared_ptr<Sink> sink,
                std::string name,
                bool is_pattern,
                SubscribeOptions options);
    void leave(Sink& sink);
    template <class Choose>
    void end_sinks(Choose choose);
    void deliver(Channel& channel, const Message& message);
    template <class Use>
    void for_each_channel(std::string_view topic, Use use);
    bool has_holder(std::string_view topic);
    Task<> wait_for_subscribers(std::string topic);
    void presence_changed();
    Task<> spread_presence();
    void tell_changes();

    std::unique_ptr<Backend> backend_;
    Exact exact_;
    std::vector<std::unique_ptr<Channel>> patterns_;
    PresenceTable presence_;
    std::vector<PresenceHandler> presence_handlers_;
    IntrusiveList<indrik::detail::Waiter> publishers_;  // that are held
    std::size_t possible_holders_ = 0;                  // subscribers with the policy Wait
    std::uint64_t delivered_ = 0;
    std::uint64_t gaps_ = 0;
    bool is_spreading_ = false;
    bool has_ended_ = false;
    std::optional<TaskGroup> tasks_;  // the last: they use what is above
};

}  // namespace indrik::pubsub
