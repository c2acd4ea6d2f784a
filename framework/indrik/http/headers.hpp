#pragma once
// Header fields: case-insensitive, ordered, multi-valued (RFC 9110 section 5).
//
//   headers.append(Field::SetCookie, "a=1");
//   headers.set("X-Request-Id", id);
//   if (auto type = headers.get(Field::ContentType)) ...
//
// One type serves requests and responses. Fields of a parsed request are views into the
// connection's buffer (append_view): parsing copies nothing. Fields that an application sets are
// copied into blocks owned by the object, whose addresses survive growth and moves. Well-known
// names are numbers (http/fields.hpp): asking for one that is absent costs one bit test.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include "indrik/http/fields.hpp"

namespace indrik::http {

/// One field as it is read back.
struct HeaderField {
    Field id;                // Field::Unknown for names outside the table
    std::string_view name;   // as it was spelled
    std::string_view value;  // without surrounding white space
};

/// Value type: copying copies every text (views become owned), moving is cheap and keeps views into
/// it valid. Lifetime: what get() and iteration return lives until the field is erased, or the
/// object cleared or destroyed; for fields added with append_view, as long as the text they were
/// given.
class Headers {
public:
    Headers() {}  // not defaulted, so that inline_ is never zeroed
    Headers(const Headers& other);
    Headers(Headers&& other) noexcept;
    Headers& operator=(const Headers& other);
    Headers& operator=(Headers&& other) noexcept;
    ~Headers() { release(); }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    /// REQUIRES: index < size()
    HeaderField operator[](std::size_t index) const {
        const Entry& entry = entries_[index];
        return {entry.id, {entry.name, entry.name_size}, {entry.value, entry.value_size}};
    }

    // A Field given below is never Field::Unknown.

    bool contains(Field id) const { return (present_[word(id)] & bit(id)) != 0; }
    bool contains(std::string_view name) const;
    /// The first value.
    std::optional<std::string_view> get(Field id) const {
        if (!contains(id)) return std::nullopt;
        const Entry* entry = entries_;
        while (entry->id != id) ++entry;
        return std::string_view(entry->value, entry->value_size);
    }
    std::optional<std::string_view> get(std::string_view name) const;
    /// Every value, in order.
    std::vector<std::string_view> get_all(Field id) const;
    std::vector<std::string_view> get_all(std::string_view name) const;
    std::size_t count(Field id) const;

    /// Adds a field behind the others. Errors: std::invalid_argument if the name is no token or the
    /// value holds control characters (a response cannot be split through it).
    void append(Field id, std::string_view value);
    void append(std::string_view name, std::string_view value);
    /// Replaces all fields of that name with one. The room of texts replaced or erased is used
    /// again after clear(). Errors: as append.
    void set(Field id, std::string_view value);
    void set(std::string_view name, std::string_view value);
    /// Removes all fields of that name and says how many there were.
    std::size_t erase(Field id);
    std::size_t erase(std::string_view name);
    /// Keeps capacity.
    void clear() {
        size_ = 0;
        present_[0] = present_[1] = 0;
        if (blocks_ != nullptr) recycle_blocks();
    }

    /// Gives back the room for fields that are not there.
    void shrink_to_fit();

    /// Adds a field without copying or checking it; `id` may be Field::Unknown here. Names are at
    /// most 65535 bytes long and values at most 2^32-1. Lifetime: both texts outlive the object, or
    /// the next clear().
    void append_view(Field id, std::string_view name, std::string_view value) {
        push({name.data(),
              value.data(),
              static_cast<std::uint32_t>(value.size()),
              static_cast<std::uint16_t>(name.size()),
              id,
              kView});
    }
    /// The same for a known name in its usual spelling.
    void append_view(Field id, std::string_view value);
    /// Moves every view by the distance that the bytes beneath them were moved. Only for objects
    /// filled by append_view.
    void rebase(const char* from, const char* to);

    /// Whether any of the fields is there whose bits are set in `mask` (field_mask). Units: one bit
    /// per Field.
    struct Mask {
        std::uint64_t words[2] = {0, 0};
    };
    bool contains_any(const Mask& mask) const {
        return ((present_[0] & mask.words[0]) | (present_[1] & mask.words[1])) != 0;
    }
    template <class... Fields>
    static constexpr Mask mask_of(Fields... ids) {
        Mask mask;
        ((mask.words[word(ids)] |= bit(ids)), ...);
        return mask;
    }

    class Iterator;
    Iterator begin() const;
    Iterator end() const;

private:
    enum : std::uint8_t { kView = 0, kStaticName = 1 };  // flags of an entry

    struct Entry {
        const char* name;
        const char* value;
        std::uint32_t value_size;
        std::uint16_t name_size;
        Field id;
        std::uint8_t flags;
    };
    struct Block;  // owned text

    static constexpr std::uint32_t kInline = 2;

    static constexpr std::size_t word(Field id) { return static_cast<std::size_t>(id) >> 6; }
    static constexpr std::uint64_t bit(Field id) {
        return std::uint64_t{1} << (static_cast<unsigned>(id) & 63);
    }

    void push(const Entry& entry) {
        if (size_ == capacity_) [[unlikely]]
            grow();
        entries_[size_++] = entry;
        present_[word(entry.id)] |= bit(entry.id);
    }
    void grow();
    void reserve(std::uint32_t capacity);
    void reallocate(std::uint32_t capacity);
    void release();
    void recycle_blocks();
    void take(Headers& other) noexcept;
    const char* store(std::string_view text);
    Entry make_entry(Field id, std::string_view name, std::string_view value);
    bool matches(const Entry& entry, Field id, std::string_view name) const;
    const Entry* find(Field id, std::string_view name) const;
    void replace(const Entry& entry);
    std::size_t remove(Field id, std::string_view name, std::uint32_t from);

    Entry* entries_ = inline_;
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = kInline;
    std::uint64_t present_[2] = {0, 0};  // a bit for each Field that is there, Unknown included
    Block* blocks_ = nullptr;            // the newest first
    Entry inline_[kInline];
};

/// Input iterator; a HeaderField is made on the way.
class Headers::Iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = HeaderField;
    using difference_type = std::ptrdiff_t;
    using pointer = const HeaderField*;
    using reference = HeaderField;

    Iterator() = default;
    Iterator(const Headers& headers, std::size_t index) : headers_(&headers), index_(index) {}
    HeaderField operator*() const { return (*headers_)[index_]; }
    Iterator& operator++() { return ++index_, *this; }
    Iterator operator++(int) { return {*headers_, index_++}; }
    friend bool operator==(const Iterator&, const Iterator&) = default;

private:
    const Headers* headers_ = nullptr;
    std::size_t index_ = 0;
};

inline Headers::Iterator Headers::begin() const {
    return {*this, 0};
}
inline Headers::Iterator Headers::end() const {
    return {*this, size_};
}

static_assert(sizeof(Headers) <= 128);

/// The same fields in the same order; names compare without regard to case.
bool operator==(const Headers& left, const Headers& right);

}  // namespace indrik::http
