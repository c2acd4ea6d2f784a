#pragma once
// Finding the end of a line: the hot loop of the parser.

#include <cstddef>
#include <cstdint>

#include "indrik/http/tokens.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace indrik::http::detail {

/// What stops the search for a line's end. A request line may not hold HTAB; a status line, in its
/// reason, and a field line may.
enum class LineKind : std::uint8_t { Request, Status, Field };

template <LineKind kind>
constexpr bool is_stop(char character) {
    return has_class(character, kControlClass) || (kind == LineKind::Request && character == '\t');
}

#if defined(__SSE2__)

inline constexpr std::ptrdiff_t kScanWidth = 16;

inline __m128i load_block(const char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

/// One bit per byte of the block that is a stop.
template <LineKind kind>
unsigned stop_mask(__m128i block) {
    const __m128i below_space = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
    const __m128i del = _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7f));
    __m128i stops = _mm_or_si128(below_space, del);
    if constexpr (kind != LineKind::Request) {
        stops = _mm_andnot_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('\t')), stops);
    }
    return static_cast<unsigned>(_mm_movemask_epi8(stops));
}

#endif

/// The first control character in [at, end), or `end`.
template <LineKind kind>
const char* find_stop(const char* at, const char* end) {
#if defined(__SSE2__)
    for (; end - at >= kScanWidth; at += kScanWidth) {
        const unsigned mask = stop_mask<kind>(load_block(at));
        if (mask != 0) return at + __builtin_ctz(mask);
    }
#endif
    while (at != end && !is_stop<kind>(*at)) ++at;
    return at;
}

}  // namespace indrik::http::detail
