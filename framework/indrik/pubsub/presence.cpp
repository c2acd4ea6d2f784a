#include "indrik/pubsub/presence.hpp"

#include <utility>

#include "indrik/pubsub/detail/wire.hpp"

namespace indrik::pubsub {
namespace {

using detail::put;
using detail::put_text;
using detail::WireReader;

constexpr char kChanges = 'c';
constexpr char kSnapshot = 's';

const TopicPresence kNobody;

void put_entry(std::string& out,
               std::string_view topic,
               std::string_view name,
               std::int64_t change) {
    put_text(out, topic);
    put_text(out, name);
    put(out, change);
}

std::size_t changed_by(std::size_t count, std::int64_t change) {
    const std::int64_t sum = static_cast<std::int64_t>(count) + change;
    return sum < 0 ? 0 : static_cast<std::size_t>(sum);
}

/// Calls `use(name, count)`, and for those without a name `use("", count)`.
template <class Use>
void for_each_name(const TopicPresence& presence, Use use) {
    std::size_t nameless = presence.count;
    for (const auto& [name, count] : presence.names) {
        use(name, static_cast<std::int64_t>(count));
        nameless -= count;
    }
    if (nameless != 0) use({}, static_cast<std::int64_t>(nameless));
}

}  // namespace

void TopicPresence::add(std::string_view name, std::int64_t change) {
    count = changed_by(count, change);
    if (name.empty()) return;
    auto place = names.find(name);
    if (place == names.end()) place = names.emplace(name, 0).first;
    place->second = changed_by(place->second, change);
    if (place->second == 0) names.erase(place);
}

void PresenceTable::add(Table& table,
                        std::string_view topic,
                        std::string_view name,
                        std::int64_t change) {
    auto place = table.find(topic);
    if (place == table.end()) place = table.emplace(topic, TopicPresence()).first;
    place->second.add(name, change);
    if (place->second.count == 0) table.erase(place);
}

void PresenceTable::change(Table& table,
                           std::string_view topic,
                           std::string_view name,
                           std::int64_t change) {
    add(table, topic, name, change);
    add(total_, topic, name, change);
    changed_.emplace(topic);
}

void PresenceTable::change_own(std::string_view topic, std::string_view name, int change_by) {
    change(own_, topic, name, change_by);
    if (changes_.empty()) changes_ += kChanges;
    put_entry(changes_, topic, name, change_by);
}

std::string PresenceTable::take_changes() {
    return std::exchange(changes_, std::string());
}

std::string PresenceTable::snapshot() const {
    std::string bytes(1, kSnapshot);
    for (const auto& [topic, presence] : own_) {
        for_each_name(presence, [&, &of = topic](std::string_view name, std::int64_t count) {
            put_entry(bytes, of, name, count);
        });
    }
    return bytes;
}

bool PresenceTable::apply(NodeID node, std::string_view bytes) {
    if (bytes.empty() || (bytes[0] != kChanges && bytes[0] != kSnapshot)) return false;
    if (bytes[0] == kSnapshot) remove(node);
    Table& table = others_[node];
    WireReader reader(bytes.substr(1));
    while (!reader.empty()) {
        const auto topic = reader.take_text();
        const auto name = topic ? reader.take_text() : std::nullopt;
        const auto change_by = name ? reader.take<std::int64_t>() : std::nullopt;
        if (!change_by) return false;
        change(table, *topic, *name, *change_by);
    }
    return true;
}

void PresenceTable::remove(NodeID node) {
    const auto place = others_.find(node);
    if (place == others_.end()) return;
    const Table gone = std::move(place->second);
    others_.erase(place);
    for (const auto& [topic, presence] : gone) {
        for_each_name(presence, [&, &of = topic](std::string_view name, std::int64_t count) {
            add(total_, of, name, -count);
        });
        changed_.insert(topic);
    }
}

const TopicPresence& PresenceTable::of(std::string_view topic) const {
    const auto place = total_.find(topic);
    return place == total_.end() ? kNobody : place->second;
}

}  // namespace indrik::pubsub
