#pragma once
// Reads a JSON text value by value, without a tree (RFC 8259, UTF-8 checked).
//
//   Reader reader(text);
//   if (reader.peek() == Kind::Map && reader.begin_object()) {
//       while (const auto name = reader.next_member(space)) reader.skip();
//   }
//   const bool is_good = reader.finish();
//
// The caller asks for what comes by peek(). A text that is no JSON makes every call fail from there on, and error() says where.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/json/value.hpp"

namespace indrik::json {

/// What a value begins like.
enum class Kind : std::uint8_t { None, Null, Bool, Number, Text, List, Map };

/// "an object" and so on.
std::string_view kind_name(Kind kind);

/// Lifetime: the text outlives it. Copies go on from the same place.
class Reader {
public:
    explicit Reader(std::string_view text, std::size_t max_depth = kMaxDepth)
        : text_(text), max_depth_(max_depth) {}

    /// The kind of the next value; Kind::None if there is none, which is an error.
    Kind peek();

    // Each takes a value of that kind. REQUIRES: peek() said so. False: the text is malformed.
    bool read_null();
    bool read_bool(bool& value);
    /// The number as it stands in the text.
    bool read_number(std::string_view& number);
    /// The text without its escapes.
    bool read_string(std::string& text);
    /// The same, a view into the text or, if it has escapes, into `space`.
    bool read_string(std::string_view& text, std::string& space);

    bool begin_array();
    /// Whether an element follows, which is to be taken then.
    bool next_element();
    bool begin_object();
    /// The name of the next member, whose value is to be taken then; nothing behind the last one.
    /// Lifetime: until a member's name or a text is read into the same `space`.
    std::optional<std::string_view> next_member(std::string& space);

    /// Takes a value of any kind; false if it is malformed.
    bool skip();
    /// Whether the text ends here.
    bool finish();

    /// Makes the text malformed from here on, for that reason. Lifetime: `error` outlives the reader.
    void abandon(const char* error) { fail(error); }
    bool has_failed() const { return error_ != nullptr; }
    /// "line 1, column 5: expected a value"; "" if nothing is wrong.
    std::string error() const;
    /// How many bytes have been taken.
    std::size_t position() const { return position_; }
    std::string_view text() const { return text_; }

private:
    bool fail(const char* error);
    void skip_blanks();
    bool take(char character);
    bool take_word(std::string_view word);
    std::size_t skip_digits();
    bool read_escape(std::string& text);
    bool read_code_unit(unsigned& unit);
    bool read_escaped_string(std::string& text);
    bool skip_value(std::string& space);
    bool enter();
    /// Whether another item follows; a comma before it is taken.
    bool next_item(char close);

    std::string_view text_;
    std::size_t position_ = 0;
    std::size_t depth_ = 0;
    std::size_t max_depth_;
    const char* error_ = nullptr;
    bool is_first_ = false;  // right behind an opening bracket
};

}  // namespace indrik::json
