#pragma once
// Checks text as it comes: no overlong forms, no surrogates, nothing above U+10FFFF (RFC 3629).
//
//   UTF8Validator validator;
//   for (std::string_view piece : pieces) if (!validator.feed(piece)) refuse();
//   if (!validator.is_complete()) refuse();

#include <cstdint>
#include <string_view>

namespace indrik::websocket {

/// Value type.
class UTF8Validator {
public:
    /// False with the first byte that no valid text could have there; the object is of no use then.
    bool feed(std::string_view text);
    /// Whether the text does not end within a character.
    bool is_complete() const { return missing_ == 0; }
    /// Ready for another text.
    void reset() { missing_ = 0; }

private:
    std::uint8_t missing_ = 0;  // bytes of the character begun
    std::uint8_t lowest_ = 0;   // bounds of the next one
    std::uint8_t highest_ = 0;
};

/// Whether `text` is UTF-8 from end to end.
bool is_utf8(std::string_view text);

}  // namespace indrik::websocket
