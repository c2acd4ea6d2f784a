#pragma once
// The back end of one process: no other nodes, unless several topics of it are connected by one hub, as tests do.
//
//   auto hub = std::make_shared<ProcessHub>();
//   co_await first.connect(std::make_unique<ProcessBackend>(hub));
//   co_await second.connect(std::make_unique<ProcessBackend>(hub));

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/pubsub/backend.hpp"

namespace indrik::pubsub {

class ProcessBackend;

/// What they have in common. On one loop.
class ProcessHub {
public:
    ProcessHub() = default;
    ProcessHub(const ProcessHub&) = delete;

    /// Lets messages through, or, as a network that is down, loses them: when it is mended, all are told that they missed something.
    void set_connected(bool is_connected);
    bool is_connected() const { return is_connected_; }

private:
    friend class ProcessBackend;
    std::vector<ProcessBackend*> members_;
    NodeID last_node_ = 0;
    bool is_connected_ = true;
};

/// What a node sends reaches the others in the loop's next turn.
class ProcessBackend final : public Backend {
public:
    explicit ProcessBackend(std::shared_ptr<ProcessHub> hub = std::make_shared<ProcessHub>());
    ~ProcessBackend() override;

    Task<> connect(BackendEvents& events) override;
    Task<> close() override;
    Task<> subscribe(std::string topic, bool is_pattern) override;
    void unsubscribe(std::string_view, bool) noexcept override {}
    void publish(const Message& message) override;
    Task<> wait_for_room() override;
    void tell(std::string bytes) override;
    void tell(NodeID node, std::string bytes) override;
    NodeID node() const override { return node_; }
    std::vector<NodeID> nodes() const override;
    BackendHealth health() const override;

private:
    friend class ProcessHub;
    using Action = std::function<void(BackendEvents&)>;
    struct Inbox;

    template <class Use>
    void for_each_other(Use use) const;
    void leave() noexcept;
    void later(Action action);

    std::shared_ptr<ProcessHub> hub_;
    std::shared_ptr<Inbox> inbox_;  // null: not connected
    NodeID node_;
    BackendHealth counters_;
};

}  // namespace indrik::pubsub
