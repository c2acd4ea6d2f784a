#pragma once
// What a worker does for its rooms: keeps their history, tells who is there, and asks its siblings for what was said before it started.
//
// Each room is a topic, "chat:room:NAME", to which the WebSockets of all workers are subscribed. Each worker has one of its own,
// "chat:worker:NUMBER", by which it gets letters.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <indrik/core/sync.hpp>
#include <indrik/core/task_group.hpp>
#include <indrik/pubsub/topics.hpp>

#include "history.hpp"

namespace chat {

using indrik::Task;

class Lobby {
public:
    /// Lifetime: `topics` outlives it.
    explicit Lobby(indrik::pubsub::Topics& topics);

    /// Returns when it knows what its siblings know, or after half a second.
    Task<> open();
    Task<> close();

    static std::string topic_of(std::string_view room) { return "chat:room:" + std::string(room); }
    /// The first words to somebody who comes, or comes back.
    std::string hello(const std::string& room, std::string_view last_id);
    /// Tells everybody in the room; what was said with that key before is not said again.
    Task<> say(std::string room, std::string name, std::string key, std::string text);
    /// Tells everybody that somebody writes.
    void typing(std::string_view room, const std::string& name);

private:
    Task<> keep_history();
    Task<> read_letters();
    void collect();
    void take(const indrik::pubsub::Delivery& delivery);
    void read_letter(std::string_view text);
    void ask_siblings();
    void answer(indrik::pubsub::NodeID sibling);
    void tell_people(const std::string& topic);

    indrik::pubsub::Topics& topics_;
    History history_;
    std::int64_t last_time_ = 0;
    std::size_t answers_due_ = 0;
    indrik::Event answered_;
    std::optional<indrik::pubsub::Subscription> messages_;
    std::optional<indrik::pubsub::Subscription> letters_;
    std::optional<indrik::TaskGroup> tasks_;  // the last: they use what is above
};

}  // namespace chat
