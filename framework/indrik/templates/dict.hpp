#pragma once
// An ordered dictionary of values: Python's dict. Keys are found by their hash and compared as Python compares (1 == 1.0).

#include <cstdint>
#include <vector>

#include "indrik/templates/value.hpp"

namespace indrik::templates {

class Dict {
public:
    struct Entry {
        Value key;
        Value value;
        std::size_t hash;
    };

    std::size_t size() const noexcept { return entries_.size(); }
    bool empty() const noexcept { return entries_.empty(); }
    const std::vector<Entry>& entries() const noexcept { return entries_; }

    /// The value, or nullptr. Lifetime: until the dictionary changes. Errors: a key that cannot be hashed is a TypeError.
    const Value* find(const Value& key) const {
        return key.is_string() ? find_text(key) : find_any(key);
    }
    const Value* find(std::string_view key) const;
    /// The value of a text with its hash, which is looked for at `hint` first: where it was in the last dictionary alike.
    const Value* find(const Value& text, std::size_t hash, std::uint32_t& hint) const {
        // In bytes: the number of entries would cost a division.
        const std::size_t offset = hint * sizeof(Entry);
        const auto* begin = reinterpret_cast<const char*>(entries_.data());
        const auto bytes = static_cast<std::size_t>(
            reinterpret_cast<const char*>(entries_.data() + entries_.size()) - begin);
        if (offset < bytes && holds(entries_[hint], text, hash)) [[likely]]
            return &entries_[hint].value;
        return find_text(text, hash, hint);
    }
    /// The entries will be looked through soon.
    void prefetch() const noexcept {
        const auto* bytes = reinterpret_cast<const char*>(entries_.data());
        __builtin_prefetch(bytes);
        __builtin_prefetch(bytes + kCacheLine);
        __builtin_prefetch(bytes + 2 * kCacheLine);
    }
    bool contains(const Value& key) const { return find(key) != nullptr; }
    /// Adds or replaces; a replaced entry keeps its place.
    void set(Value key, Value value);
    /// Whether there was one.
    bool erase(const Value& key);
    void clear() noexcept;

private:
    static constexpr std::size_t kCacheLine = 64;
    static bool holds(const Entry& entry, const Value& text, std::size_t hash) {
        return entry.hash == hash && entry.key.is_string() &&
               (detail::is_exact_hash(hash) || entry.key.string() == text.string());
    }
    const Value* find_text(const Value& text, std::size_t hash, std::uint32_t& hint) const;
    std::size_t position_of(const Value& key, std::size_t hash) const;
    const Value* find_text(const Value& key) const;
    const Value* find_any(const Value& key) const;
    void insert_into_table(std::size_t position);
    void rebuild_table();

    std::vector<Entry> entries_;
    std::vector<std::uint32_t> table_;  // open addressing; empty while there are few entries
};

namespace detail {
struct DictData : Shared {
    Dict dict;
};
}  // namespace detail

inline Dict& Value::dictionary() const noexcept {
    return dict_->dict;
}

}  // namespace indrik::templates
