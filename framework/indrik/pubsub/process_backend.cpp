#include "indrik/pubsub/process_backend.hpp"

#include <deque>
#include <optional>

#include <asio/post.hpp>

namespace indrik::pubsub {

/// What is to be told to a member; it outlives the member while the loop knows of it.
struct ProcessBackend::Inbox : std::enable_shared_from_this<Inbox> {
    Inbox(const LoopExecutor& on, BackendEvents& to) : executor(on), events(&to) {}

    void add(Action action) {
        actions.push_back(std::move(action));
        if (actions.size() > 1) return;
        asio::post(executor, [self = shared_from_this()] { self->run(); });
    }
    void run() {
        std::deque<Action> due = std::move(actions);
        actions.clear();
        for (const Action& action : due) {
            if (events != nullptr) action(*events);
        }
    }

    LoopExecutor executor;
    BackendEvents* events;  // null: gone
    std::deque<Action> actions;
};

void ProcessHub::set_connected(bool is_connected) {
    if (std::exchange(is_connected_, is_connected) == is_connected) return;
    for (ProcessBackend* const one : members_) {
        if (is_connected) one->later([](BackendEvents& events) { events.on_missed(0); });
        for (const ProcessBackend* const other : members_) {
            if (one == other) continue;
            const NodeID node = other->node_;
            one->later([node, is_connected](BackendEvents& events) {
                if (is_connected) {
                    events.on_joined(node);
                } else {
                    events.on_left(node);
                }
            });
        }
    }
}

ProcessBackend::ProcessBackend(std::shared_ptr<ProcessHub> hub)
    : hub_(std::move(hub)), node_(++hub_->last_node_) {}

ProcessBackend::~ProcessBackend() {
    leave();
}

template <class Use>
void ProcessBackend::for_each_other(Use use) const {
    if (!hub_->is_connected_) return;
    for (ProcessBackend* const member : hub_->members_) {
        if (member != this) use(*member);
    }
}

void ProcessBackend::later(Action action) {
    inbox_->add(std::move(action));
}

Task<> ProcessBackend::connect(BackendEvents& events) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    inbox_ = std::make_shared<Inbox>(executor, events);
    hub_->members_.push_back(this);
    for_each_other([this](ProcessBackend& other) {
        const NodeID here = node_;
        const NodeID there = other.node_;
        other.later([here](BackendEvents& its) { its.on_joined(here); });
        later([there](BackendEvents& ours) { ours.on_joined(there); });
    });
}

void ProcessBackend::leave() noexcept {
    if (!inbox_) return;
    inbox_->events = nullptr;
    inbox_.reset();
    std::erase(hub_->members_, this);
    for_each_other([this](ProcessBackend& other) {
        other.later([node = node_](BackendEvents& events) { events.on_left(node); });
    });
}

Task<> ProcessBackend::close() {
    leave();
    co_return;
}

Task<> ProcessBackend::subscribe(std::string, bool) {
    co_return;
}

void ProcessBackend::publish(const Message& message) {
    if (!hub_->is_connected_) ++counters_.dropped;
    for_each_other([&](ProcessBackend& other) {
        ++counters_.sent;
        ++other.counters_.received;
        other.later([message](BackendEvents& events) { events.on_message(message); });
    });
}

Task<> ProcessBackend::wait_for_room() {
    co_return;
}

void ProcessBackend::tell(std::string bytes) {
    for_each_other([&](ProcessBackend& other) {
        other.later([from = node_, bytes](BackendEvents& events) { events.on_told(from, bytes); });
    });
}

void ProcessBackend::tell(NodeID node, std::string bytes) {
    for_each_other([&](ProcessBackend& other) {
        if (other.node_ != node) return;
        other.later([from = node_, bytes](BackendEvents& events) { events.on_told(from, bytes); });
    });
}

std::vector<NodeID> ProcessBackend::nodes() const {
    std::vector<NodeID> nodes;
    for_each_other([&](const ProcessBackend& other) { nodes.push_back(other.node_); });
    return nodes;
}

BackendHealth ProcessBackend::health() const {
    BackendHealth health = counters_;
    health.is_connected = inbox_ != nullptr && hub_->is_connected_;
    health.nodes = nodes().size();
    return health;
}

}  // namespace indrik::pubsub
