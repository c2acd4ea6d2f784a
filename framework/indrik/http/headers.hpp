#pragma once
// Header fields: case-insensitive, ordered, multi-valued (RFC 9110 section 5).
//
//   headers.append(Field::SetCookie, "a=1");
//   headers.set("X-Request-Id", id);
//   if (auto type = headers.get(Field::ContentType)) ...
//
// One type serves requests and responses. Fields of a parsed request are views into the connection's buffer (append_view):
// parsing copies nothing. Fields that an application sets are copied into blocks owned by the object, whose addresses survive
// growth and moves. Well-known names are numbers (http/fields.hpp): asking for one that is absent costs one bit test.

#include <cstddef>
#include <cstdint>
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

/// Value type: copying copies every text (views become owned), moving is cheap and keeps views into it valid.
/// Lifetime: what get() and iteration return lives until the field is erased, or the object cleared or destroyed; for
/// fields added with append_view, as long as the text they were given.
class Headers {
public:
    Headers();
    Headers(const Headers& other);
    Headers(Headers&& other) noexcept;
    Headers& operator=(const Headers& other);
    Headers& operator=(Headers&& other) noexcept;
    ~Headers();

    std::size_t size() const;
    bool empty() const;
    HeaderField operator[](std::size_t index) const;

    bool contains(Field id) const;
    bool contains(std::string_view name) const;
    /// The first value.
    std::optional<std::string_view> get(Field id) const;
    std::optional<std::string_view> get(std::string_view name) const;
    /// Every value, in order.
    std::vector<std::string_view> get_all(Field id) const;
    std::vector<std::string_view> get_all(std::string_view name) const;
    std::size_t count(Field id) const;

    /// Adds a field behind the others. Errors: std::invalid_argument if the name is no token or the value holds control
    /// characters (a response cannot be split through it).
    void append(Field id, std::string_view value);
    void append(std::string_view name, std::string_view value);
    /// Replaces all fields of that name with one. Errors: as append.
    void set(Field id, std::string_view value);
    void set(std::string_view name, std::string_view value);
    /// Removes all fields of that name and says how many there were.
    std::size_t erase(Field id);
    std::size_t erase(std::string_view name);
    void clear();

    /// Adds a field without copying or checking it. Lifetime: both texts outlive the object, or the next clear().
    void append_view(Field id, std::string_view name, std::string_view value);
    /// The same for a known name in its usual spelling.
    void append_view(Field id, std::string_view value);
    /// Moves every view by the distance that the bytes beneath them were moved. Only for objects filled by append_view.
    void rebase(const char* from, const char* to);

    class Iterator;  // input iterator over HeaderField
    Iterator begin() const;
    Iterator end() const;
};

/// The same fields in the same order; names compare without regard to case.
bool operator==(const Headers& left, const Headers& right);

}  // namespace indrik::http
