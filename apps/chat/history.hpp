#pragma once
// The last messages of each room, as one worker knows them.

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <indrik/json/described.hpp>

namespace chat {

/// One thing that somebody said. Its id is its time and its worker, so that ids of all workers sort by time.
struct Entry {
    std::string type = "message";
    std::string id;
    std::string key;  // by which the one who said it knows it again
    std::string name;
    std::string text;
    std::int64_t at = 0;  // milliseconds since 1970
};
INDRIK_DESCRIBE(Entry, type, id, key, name, text, at)

class History {
public:
    static constexpr std::size_t kEntries = 50;
    static constexpr std::size_t kRooms = 100;

    /// Where its id belongs. False for one that is known, or older than all that are kept.
    bool add(const std::string& room, Entry entry);
    /// Those of a room that whoever saw `last_id` may have missed. Workers may have got messages in different orders, so it is a few
    /// seconds more than what is behind it; all of them for "".
    std::vector<Entry> since(const std::string& room, std::string_view last_id) const;
    /// Whether an entry with that key is there.
    bool knows(const std::string& room, std::string_view key) const;
    std::vector<std::string> rooms() const;

private:
    struct Room {
        std::map<std::string, Entry> entries;  // by id
        std::list<std::string>::iterator place;
    };
    Room& room_of(const std::string& name);

    std::map<std::string, Room> rooms_;
    std::list<std::string> order_;  // the one that was quiet for longest first
};

/// The id of a message that is said now; one worker gives none twice.
std::string make_id(std::int64_t milliseconds, std::uint64_t worker);

}  // namespace chat
