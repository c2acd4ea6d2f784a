#include "history.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace chat {
namespace {

constexpr std::int64_t kOverlapMilliseconds = 10'000;

}  // namespace

std::string make_id(std::int64_t milliseconds, std::uint64_t worker) {
    return fmt::format("{:013}-{:x}", milliseconds, worker);
}

History::Room& History::room_of(const std::string& name) {
    const auto known = rooms_.find(name);
    if (known != rooms_.end()) {
        order_.splice(order_.end(), order_, known->second.place);
        return known->second;
    }
    if (rooms_.size() == kRooms) {
        rooms_.erase(order_.front());
        order_.pop_front();
    }
    Room& room = rooms_[name];
    room.place = order_.insert(order_.end(), name);
    return room;
}

bool History::add(const std::string& room, Entry entry) {
    std::map<std::string, Entry>& entries = room_of(room).entries;
    const std::string id = entry.id;
    const bool is_new = entries.emplace(id, std::move(entry)).second;
    if (entries.size() > kEntries) entries.erase(entries.begin());
    return is_new && entries.contains(id);
}

std::vector<Entry> History::since(const std::string& room, std::string_view last_id) const {
    std::vector<Entry> found;
    const auto known = rooms_.find(room);
    if (known == rooms_.end()) return found;
    std::int64_t last = 0;
    std::from_chars(last_id.data(), last_id.data() + last_id.size(), last);
    for (const auto& [id, entry] : known->second.entries) {
        if (entry.at >= last - kOverlapMilliseconds) found.push_back(entry);
    }
    return found;
}

bool History::knows(const std::string& room, std::string_view key) const {
    const auto known = rooms_.find(room);
    if (known == rooms_.end()) return false;
    const auto& entries = known->second.entries;
    return std::any_of(
        entries.begin(), entries.end(), [&](const auto& one) { return one.second.key == key; });
}

std::vector<std::string> History::rooms() const {
    return {order_.begin(), order_.end()};
}

}  // namespace chat
