#pragma once
// Appending to the output of a rendering, which is what rendering mostly is.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

inline constexpr std::size_t kLeastOutputBytes = 64;

/// Prepares a text for append_text(): from now on it is kept apart from the string object itself, as long texts are.
inline void begin_output(std::string& out) {
    if (out.capacity() < kLeastOutputBytes) out.reserve(kLeastOutputBytes);
}

/// Appends a text of known size: a comparison and two stores, for what std::string must think of does not happen here.
/// REQUIRES: begin_output(out) was called
[[gnu::always_inline]] inline void append_text(std::string& out,
                                               const char* text,
                                               std::size_t size_bytes) {
#if defined(__GLIBCXX__)
    static_assert(sizeof(std::string) == 4 * sizeof(void*));
    const auto* const inner = reinterpret_cast<const char*>(&out) + 2 * sizeof(void*);
    const bool is_short = out.data() == inner;
    if (is_short || out.size() > SIZE_MAX / 4) __builtin_unreachable();
#endif
    out.append(text, size_bytes);
}

/// The same of an integer in decimal.
inline void append_number(std::string& out, std::int64_t number) {
    if (std::endian::native != std::endian::little || number < 0 || number >= 1000)
        return append_integer(out, number);
    // In one word: single bytes could not be read again at once.
    const auto small = static_cast<std::uint32_t>(number);
    const std::uint32_t tens = small / 10;
    std::uint32_t digits = 0x303030 + small / 100 + (tens % 10 << 8) + (small % 10 << 16);
    if (small < 100) digits >>= 8;
    if (small < 10) digits >>= 8;
    const std::size_t size_bytes = small >= 100 ? 3 : small >= 10 ? 2 : 1;
    char text[sizeof digits];
    std::memcpy(text, &digits, sizeof digits);
    switch (size_bytes) {
        case 3:
            return append_text(out, text, 3);
        case 2:
            return append_text(out, text, 2);
        default:
            return append_text(out, text, 1);
    }
}

}  // namespace indrik::templates::detail
