#pragma once
// The hot loops over the text of strings, which reader and writer share.

#include <cstddef>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace indrik::json::detail {

/// Neither a control character, a quotation mark, a backslash nor part of a UTF-8 sequence.
constexpr bool is_clean(char character) {
    const auto byte = static_cast<unsigned char>(character);
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/// The first character in [at, end) that is not clean, or `end`.
inline const char* find_unclean(const char* at, const char* end) {
#if defined(__SSE2__)
    for (; end - at >= 16; at += 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        // Compared as signed numbers, bytes from 0x80 on are less than 0x20 as well.
        const __m128i outside = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
        const __m128i quotes = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
        const __m128i escapes = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
        const int mask = _mm_movemask_epi8(_mm_or_si128(outside, _mm_or_si128(quotes, escapes)));
        if (mask != 0) return at + __builtin_ctz(static_cast<unsigned>(mask));
    }
#endif
    while (at != end && is_clean(*at)) ++at;
    return at;
}

/// The length of the well-formed UTF-8 sequence at `at` (Unicode table 3-7); 0 if there is none. REQUIRES: at != end
inline std::size_t utf8_length(const char* at, const char* end) {
    const auto byte = [at](std::size_t index) { return static_cast<unsigned char>(at[index]); };
    const auto size = static_cast<std::size_t>(end - at);
    const auto follows = [&](std::size_t index) { return (byte(index) & 0xc0) == 0x80; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return size >= 2 && follows(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        if (size < 3 || !follows(1) || !follows(2)) return 0;
        const bool is_overlong = first == 0xe0 && byte(1) < 0xa0;
        const bool is_surrogate = first == 0xed && byte(1) > 0x9f;
        return is_overlong || is_surrogate ? 0 : 3;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        if (size < 4 || !follows(1) || !follows(2) || !follows(3)) return 0;
        const bool is_overlong = first == 0xf0 && byte(1) < 0x90;
        const bool is_beyond = first == 0xf4 && byte(1) > 0x8f;
        return is_overlong || is_beyond ? 0 : 4;
    }
    return 0;
}

}  // namespace indrik::json::detail
