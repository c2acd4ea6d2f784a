#include "indrik/templates/dict.hpp"

#include <functional>

#include "indrik/templates/operations.hpp"

namespace indrik::templates {

namespace {

constexpr std::size_t kSmall = 8;
constexpr std::uint32_t kFree = 0xFFFFFFFF;
constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

bool same_key(const Value& a, const Value& b, std::size_t hash) {
    if (a.is_string() && b.is_string())
        return detail::is_exact_hash(hash) || a.string() == b.string();
    return a.is_same(b) || equals(a, b);
}

}  // namespace

std::size_t Dict::position_of(const Value& key, std::size_t hash) const {
    if (table_.empty()) {
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            if (entries_[i].hash == hash && same_key(entries_[i].key, key, hash)) return i;
        }
        return kNowhere;
    }
    const std::size_t mask = table_.size() - 1;
    for (std::size_t slot = hash & mask; table_[slot] != kFree; slot = (slot + 1) & mask) {
        const Entry& entry = entries_[table_[slot]];
        if (entry.hash == hash && same_key(entry.key, key, hash)) return table_[slot];
    }
    return kNowhere;
}

const Value* Dict::find_text(const Value& key) const {
    const std::size_t position = position_of(key, key.text_hash());
    return position == kNowhere ? nullptr : &entries_[position].value;
}

const Value* Dict::find_text(const Value& text, std::size_t hash, std::uint32_t& hint) const {
    const std::size_t position = position_of(text, hash);
    if (position == kNowhere) return nullptr;
    hint = static_cast<std::uint32_t>(position);
    return &entries_[position].value;
}

const Value* Dict::find_any(const Value& key) const {
    const std::size_t position = position_of(key, hash_of(key));
    return position == kNowhere ? nullptr : &entries_[position].value;
}

const Value* Dict::find(std::string_view key) const {
    const std::size_t hash = detail::hash_text(key);
    const auto is_it = [&](const Entry& entry) {
        return entry.hash == hash && entry.key.is_string() && entry.key.string() == key;
    };
    if (table_.empty()) {
        for (const Entry& entry : entries_) {
            if (is_it(entry)) return &entry.value;
        }
        return nullptr;
    }
    const std::size_t mask = table_.size() - 1;
    for (std::size_t slot = hash & mask; table_[slot] != kFree; slot = (slot + 1) & mask) {
        if (is_it(entries_[table_[slot]])) return &entries_[table_[slot]].value;
    }
    return nullptr;
}

void Dict::set(Value key, Value value) {
    const std::size_t hash = hash_of(key);
    const std::size_t position = position_of(key, hash);
    if (position != kNowhere) {
        entries_[position].value = std::move(value);
        return;
    }
    entries_.push_back({std::move(key), std::move(value), hash});
    if (entries_.size() <= kSmall) return;
    if (entries_.size() * 2 > table_.size()) {
        rebuild_table();
    } else {
        insert_into_table(entries_.size() - 1);
    }
}

bool Dict::erase(const Value& key) {
    const std::size_t position = position_of(key, hash_of(key));
    if (position == kNowhere) return false;
    const Entry removed = std::move(entries_[position]);
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(position));
    if (!table_.empty()) rebuild_table();
    return true;
}

void Dict::clear() noexcept {
    std::vector<Entry> removed;
    removed.swap(entries_);
    table_.clear();
}

void Dict::insert_into_table(std::size_t position) {
    const std::size_t mask = table_.size() - 1;
    std::size_t slot = entries_[position].hash & mask;
    while (table_[slot] != kFree) slot = (slot + 1) & mask;
    table_[slot] = static_cast<std::uint32_t>(position);
}

void Dict::rebuild_table() {
    std::size_t size = 32;
    while (size < entries_.size() * 4) size *= 2;
    table_.assign(size, kFree);
    for (std::size_t i = 0; i < entries_.size(); ++i) insert_into_table(i);
}

}  // namespace indrik::templates
