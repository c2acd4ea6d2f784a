#pragma once
// Who listens to which topic, counted over all nodes.
//
// Each node tells the others what changes, in deltas, and who joins gets all of it; so a count is read without asking anybody, and the
// subscribers of a node that dies vanish when the back end says that it has left.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "indrik/pubsub/backend.hpp"

namespace indrik::pubsub {

/// The subscribers of one topic. A name may be there several times: one person, two windows.
struct TopicPresence {
    std::size_t count = 0;
    std::map<std::string, std::size_t, std::less<>> names;

    void add(std::string_view name, std::int64_t change);
    bool operator==(const TopicPresence&) const = default;
};

class PresenceTable {
public:
    /// A subscriber of our own comes (+1) or goes (-1); "" has no name.
    void change_own(std::string_view topic, std::string_view name, int change);

    /// What changed since the last call, for the others; "" if nothing did.
    std::string take_changes();
    /// All of our own, for a node that joins. REQUIRES: take_changes() was sent
    std::string snapshot() const;
    /// What one of these made. False if it is nothing that we understand.
    bool apply(NodeID node, std::string_view bytes);
    void remove(NodeID node);

    /// Lifetime: until the table changes.
    const TopicPresence& of(std::string_view topic) const;
    /// Topics that changed since the last call.
    std::set<std::string> take_changed_topics() { return std::exchange(changed_, {}); }
    bool has_news() const { return !changes_.empty() || !changed_.empty(); }

private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    using Table = std::unordered_map<std::string, TopicPresence, Hash, std::equal_to<>>;

    static void add(Table& table,
                    std::string_view topic,
                    std::string_view name,
                    std::int64_t change);
    void change(Table& table, std::string_view topic, std::string_view name, std::int64_t change);

    Table own_;
    std::unordered_map<NodeID, Table> others_;
    Table total_;
    std::string changes_;
    std::set<std::string> changed_;
};

}  // namespace indrik::pubsub
