#pragma once
// Sessions in memory that several processes share, any of which may be killed between any two instructions.
//
// The table is made of buckets with 16 entries and 22 slots. An entry is one word: which slot holds the session, and a number that is
// never used twice. To save a session, a worker claims a slot that no entry names, writes the session there, and puts the slot's
// number into the entry with one compare-and-swap. So
//   - a session is always the old one or the new one, whoever dies when;
//   - two workers that save the same session at once notice: the entry is no longer what it was, and one of them begins again;
//   - a reader copies a slot and looks at the entry again: if it has changed, the copy is thrown away;
//   - there is no lock. What a dead worker leaves behind is at most a claimed slot, which is taken over when its bucket has no other.
// A session may be in one of two buckets, and goes into the emptier one; when both are full, the least recently used of the 32 is
// dropped. With a sixth more entries than sessions asked for, that happens at the number asked for, or a little before.
//
// A worker that was stopped for minutes while it wrote, and whose slot was given to another, could still write there when it wakes:
// every slot has a check sum, and one that is wrong is no session.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "indrik/sessions/record.hpp"

namespace indrik::sessions {

/// A view of the memory; zeros are an empty table. Several may look at the same memory, in one process or many.
class SessionTable {
public:
    using Identity = std::array<std::uint64_t, 4>;

    struct Shape {
        std::size_t sessions = 10'000;
        std::size_t session_bytes = 2048;
    };
    struct Entry {
        std::uint64_t version = 0;
        Time saved{};
        std::string data;
    };

    static std::size_t size_bytes(const Shape& shape);
    /// Lifetime: the memory outlives it. REQUIRES: memory.size() == size_bytes(shape), aligned to 64 bytes
    SessionTable(std::span<std::byte> memory, const Shape& shape);

    std::optional<Entry> load(const Identity& identity);
    /// A new session; its version. Errors: std::length_error for data that does not fit; std::system_error (EAGAIN) if others that
    /// save into the same bucket do not come to an end.
    std::uint64_t insert(const Identity& identity, std::string_view data, Time saved, Time expires);
    /// Replaces it if `version` is still right, and tells the new one. Errors: as insert().
    Save replace(const Identity& identity,
                 std::uint64_t& version,
                 std::string_view data,
                 Time saved,
                 Time expires);
    /// False if there was none.
    bool erase(const Identity& identity);
    /// How many there are. Looks at all of it.
    std::size_t count() const;

private:
    static constexpr std::size_t kEntries = 16;
    static constexpr std::size_t kSlots = 22;
    using Word = std::atomic<std::uint64_t>;

    struct Bucket {
        Word counter;
        std::array<Word, kEntries> entries;
        std::array<Word, kSlots> claims;  // by whom: 0 for a free slot
        std::array<Word, kSlots> used;    // when, for whom to drop
        std::array<Word, 3> unused;       // a multiple of 64 bytes
    };
    /// Of a slot; the data follows.
    struct Head {
        std::array<Word, 4> identity;
        Word saved;
        Word expires;
        Word size;
        Word check_sum;
    };
    /// Where a session is, and what its entry was.
    struct Place {
        Bucket* bucket;
        std::size_t entry;
        std::uint64_t word;
    };
    class Claim;

    static std::size_t bucket_count(const Shape& shape);
    static std::size_t slot_bytes(const Shape& shape);
    std::array<Bucket*, 2> buckets_of(const Identity& identity) const;
    Head& head(const Bucket& bucket, std::size_t slot) const;
    Word* data(Head& head) const { return reinterpret_cast<Word*>(&head + 1); }
    std::optional<Place> find(const Identity& identity) const;
    /// The slot of a place; nothing if the entry changed meanwhile, or the slot is damaged.
    std::optional<Entry> read(const Identity& identity, const Place& place) const;
    void write(
        Head& head, const Identity& identity, std::string_view data, Time saved, Time expires);
    /// An empty entry, or that of the session to drop.
    Place choose(const Identity& identity, Time now) const;
    std::uint64_t make_word(Bucket& bucket, const Identity& identity, std::size_t slot) const;
    void check_size(std::string_view data) const;

    Bucket* buckets_;
    std::byte* slots_;
    std::size_t count_;
    std::size_t slot_bytes_;
    std::size_t data_bytes_;
};

}  // namespace indrik::sessions
