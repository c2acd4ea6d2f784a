#include "indrik/http/headers.hpp"

#include <cassert>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>

#include "indrik/http/detail/scan.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http {

struct Headers::Block {
    Block* next;
    std::size_t used;
    std::size_t capacity;

    char* text() { return reinterpret_cast<char*>(this + 1); }
};

namespace {

constexpr std::size_t kFirstBlockBytes = 488;  // with its head, half a kibibyte

void check_name(std::string_view name) {
    if (!is_token(name) || name.size() > std::numeric_limits<std::uint16_t>::max()) {
        throw std::invalid_argument("header field name is not a token: '" + std::string(name) +
                                    "'");
    }
}

void check_value(std::string_view name, std::string_view value) {
    const char* const end = value.data() + value.size();
    const bool has_control = detail::find_stop<detail::LineKind::Field>(value.data(), end) != end;
    if (has_control || value.size() > std::numeric_limits<std::uint32_t>::max()) {
        throw std::invalid_argument("value of header field '" + std::string(name) +
                                    "' holds control characters or is too long");
    }
}

}  // namespace

Headers::Headers(const Headers& other) : Headers() {
    reserve(other.size_);
    for (const HeaderField field : other) push(make_entry(field.id, field.name, field.value));
}

Headers::Headers(Headers&& other) noexcept {
    take(other);
}

Headers& Headers::operator=(const Headers& other) {
    if (this != &other) *this = Headers(other);
    return *this;
}

Headers& Headers::operator=(Headers&& other) noexcept {
    if (this == &other) return *this;
    release();
    take(other);
    return *this;
}

bool Headers::contains(std::string_view name) const {
    return find(parse_field(name), name) != nullptr;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
    const Entry* const entry = find(parse_field(name), name);
    if (entry == nullptr) return std::nullopt;
    return std::string_view(entry->value, entry->value_size);
}

std::vector<std::string_view> Headers::get_all(Field id) const {
    return get_all(to_string(id));
}

std::vector<std::string_view> Headers::get_all(std::string_view name) const {
    const Field id = parse_field(name);
    std::vector<std::string_view> values;
    if (!contains(id)) return values;
    for (std::uint32_t i = 0; i < size_; ++i) {
        const Entry& entry = entries_[i];
        if (matches(entry, id, name)) values.emplace_back(entry.value, entry.value_size);
    }
    return values;
}

std::size_t Headers::count(Field id) const {
    std::size_t total = 0;
    if (!contains(id)) return total;
    for (std::uint32_t i = 0; i < size_; ++i) total += entries_[i].id == id ? 1 : 0;
    return total;
}

void Headers::append(Field id, std::string_view value) {
    assert(id != Field::Unknown);
    value = trim(value);
    check_value(to_string(id), value);
    push(make_entry(id, to_string(id), value));
}

void Headers::append(std::string_view name, std::string_view value) {
    value = trim(value);
    check_name(name);
    check_value(name, value);
    push(make_entry(parse_field(name), name, value));
}

void Headers::set(Field id, std::string_view value) {
    assert(id != Field::Unknown);
    value = trim(value);
    check_value(to_string(id), value);
    replace(make_entry(id, to_string(id), value));
}

void Headers::set(std::string_view name, std::string_view value) {
    value = trim(value);
    check_name(name);
    check_value(name, value);
    replace(make_entry(parse_field(name), name, value));
}

std::size_t Headers::erase(Field id) {
    return contains(id) ? remove(id, to_string(id), 0) : 0;
}

std::size_t Headers::erase(std::string_view name) {
    return remove(parse_field(name), name, 0);
}

void Headers::append_view(Field id, std::string_view value) {
    const std::string_view name = to_string(id);
    push({name.data(),
          value.data(),
          static_cast<std::uint32_t>(value.size()),
          static_cast<std::uint16_t>(name.size()),
          id,
          kStaticName});
}

void Headers::rebase(const char* from, const char* to) {
    // `from` may point to memory that is gone: numbers, not pointers, are subtracted.
    const auto moved = [from, to](const char* view) {
        return to +
               (reinterpret_cast<std::uintptr_t>(view) - reinterpret_cast<std::uintptr_t>(from));
    };
    for (std::uint32_t i = 0; i < size_; ++i) {
        Entry& entry = entries_[i];
        if (entry.flags != kStaticName) entry.name = moved(entry.name);
        entry.value = moved(entry.value);
    }
}

void Headers::grow() {
    reserve(capacity_ * 4);
}

void Headers::reserve(std::uint32_t capacity) {
    if (capacity > capacity_) reallocate(capacity);
}

void Headers::shrink_to_fit() {
    if (size_ > kInline && size_ < capacity_) reallocate(size_);
}

void Headers::reallocate(std::uint32_t capacity) {
    auto* const entries = static_cast<Entry*>(std::malloc(capacity * sizeof(Entry)));
    if (entries == nullptr) throw std::bad_alloc();
    if (size_ != 0) std::memcpy(entries, entries_, size_ * sizeof(Entry));
    if (entries_ != inline_) std::free(entries_);
    entries_ = entries;
    capacity_ = capacity;
}

void Headers::release() {
    if (entries_ != inline_) std::free(entries_);
    while (blocks_ != nullptr) {
        Block* const block = blocks_;
        blocks_ = block->next;
        std::free(block);
    }
}

/// Keeps the newest block, which is the largest.
void Headers::recycle_blocks() {
    Block* rest = blocks_->next;
    blocks_->next = nullptr;
    blocks_->used = 0;
    while (rest != nullptr) {
        Block* const block = rest;
        rest = block->next;
        std::free(block);
    }
}

/// Becomes what `other` was and leaves it empty. REQUIRES: this object owns nothing
void Headers::take(Headers& other) noexcept {
    size_ = other.size_;
    capacity_ = other.capacity_;
    present_[0] = other.present_[0];
    present_[1] = other.present_[1];
    blocks_ = other.blocks_;
    if (other.entries_ == other.inline_) {
        entries_ = inline_;
        std::memcpy(inline_, other.inline_, size_ * sizeof(Entry));
    } else {
        entries_ = other.entries_;
    }
    other.entries_ = other.inline_;
    other.size_ = 0;
    other.capacity_ = kInline;
    other.present_[0] = other.present_[1] = 0;
    other.blocks_ = nullptr;
}

const char* Headers::store(std::string_view text) {
    if (text.empty()) return "";
    if (blocks_ == nullptr || blocks_->capacity - blocks_->used < text.size()) {
        std::size_t capacity = blocks_ == nullptr ? kFirstBlockBytes : blocks_->capacity * 2;
        if (capacity < text.size()) capacity = text.size();
        auto* const block = static_cast<Block*>(std::malloc(sizeof(Block) + capacity));
        if (block == nullptr) throw std::bad_alloc();
        *block = {blocks_, 0, capacity};
        blocks_ = block;
    }
    char* const copy = blocks_->text() + blocks_->used;
    std::memcpy(copy, text.data(), text.size());
    blocks_->used += text.size();
    return copy;
}

Headers::Entry Headers::make_entry(Field id, std::string_view name, std::string_view value) {
    const std::string_view usual = to_string(id);
    const bool is_static = id != Field::Unknown && name == usual;
    return {is_static ? usual.data() : store(name),
            store(value),
            static_cast<std::uint32_t>(value.size()),
            static_cast<std::uint16_t>(name.size()),
            id,
            is_static ? kStaticName : kView};
}

bool Headers::matches(const Entry& entry, Field id, std::string_view name) const {
    if (entry.id != id) return false;
    return id != Field::Unknown || equal_ignoring_case({entry.name, entry.name_size}, name);
}

const Headers::Entry* Headers::find(Field id, std::string_view name) const {
    if (!contains(id)) return nullptr;
    for (std::uint32_t i = 0; i < size_; ++i) {
        if (matches(entries_[i], id, name)) return &entries_[i];
    }
    return nullptr;
}

/// Puts `entry` in the place of the first of its name and removes the others.
void Headers::replace(const Entry& entry) {
    const std::string_view name(entry.name, entry.name_size);
    for (std::uint32_t i = 0; i < size_; ++i) {
        if (!matches(entries_[i], entry.id, name)) continue;
        entries_[i] = entry;
        remove(entry.id, name, i + 1);
        present_[word(entry.id)] |= bit(entry.id);
        return;
    }
    push(entry);
}

/// Removes the fields of that name from index `from` on.
std::size_t Headers::remove(Field id, std::string_view name, std::uint32_t from) {
    std::uint32_t kept = from;
    for (std::uint32_t i = from; i < size_; ++i) {
        if (!matches(entries_[i], id, name)) entries_[kept++] = entries_[i];
    }
    const std::size_t removed = size_ - kept;
    size_ = kept;
    present_[word(id)] &= ~bit(id);
    for (std::uint32_t i = 0; i < size_; ++i) {
        if (entries_[i].id == id) present_[word(id)] |= bit(id);
    }
    return removed;
}

bool operator==(const Headers& left, const Headers& right) {
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const HeaderField a = left[i];
        const HeaderField b = right[i];
        if (a.id != b.id || a.value != b.value || !equal_ignoring_case(a.name, b.name))
            return false;
    }
    return true;
}

}  // namespace indrik::http
