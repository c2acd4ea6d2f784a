#pragma once
// UTF-8 by code points. Bytes that are no UTF-8 count as one character each, U+FFFD.

#include <cstddef>
#include <string>
#include <string_view>

namespace indrik::templates::detail {

/// The character at `position`, which moves behind it. REQUIRES: position < text.size()
inline char32_t next_point(std::string_view text, std::size_t& position) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(position++);
    if (lead < 0x80) return lead;
    const int more = lead >= 0xF0 && lead < 0xF5 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
    if (more == 0 || lead >= 0xF5 || position + static_cast<std::size_t>(more) > text.size())
        return 0xFFFD;
    char32_t point = lead & (0x3Fu >> more);
    for (int i = 0; i < more; ++i) {
        const unsigned char next = byte(position + static_cast<std::size_t>(i));
        if ((next & 0xC0) != 0x80) return 0xFFFD;
        point = point << 6 | (next & 0x3Fu);
    }
    const bool is_short = (more == 2 && point < 0x800) || (more == 3 && point < 0x10000);
    if (is_short || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return 0xFFFD;
    position += static_cast<std::size_t>(more);
    return point;
}

/// The character before `position`, which moves to its begin. REQUIRES: position > 0
char32_t previous_point(std::string_view text, std::size_t& position);
std::size_t count_points(std::string_view text);
/// The byte offset of a character; text.size() beyond the end.
std::size_t offset_of(std::string_view text, std::size_t index);
void append_point(std::string& out, char32_t point);
bool is_utf8(std::string_view text);
std::u32string to_points(std::string_view text);
std::string from_points(std::u32string_view points);

}  // namespace indrik::templates::detail
