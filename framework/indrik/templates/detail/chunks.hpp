#pragma once
// Texts in chunks of up to sixteen characters, and the five that HTML escapes among them.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace indrik::templates::detail {

/// What stands for one of the five: four or five characters, and another byte that may be read.
inline std::string_view entity(char special) {
    switch (special) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&#34;";
        default:
            return "&#39;";
    }
}

/// Writes it; five bytes change.
inline char* write_entity(char* at, char special) {
    const std::string_view text = entity(special);
    std::memcpy(at, text.data(), 5);
    return at + text.size();
}

#if defined(__x86_64__)
inline constexpr std::size_t kChunkBytes = 16;

/// A bit for each byte that is escaped.
inline unsigned specials_in(__m128i bytes) {
    const auto equals = [](__m128i some, char special) {
        return _mm_cmpeq_epi8(some, _mm_set1_epi8(special));
    };
    // Two pairs differ in one bit.
    const __m128i found =
        _mm_or_si128(equals(bytes, '"'),
                     _mm_or_si128(equals(_mm_or_si128(bytes, _mm_set1_epi8('&' ^ '\'')), '\''),
                                  equals(_mm_or_si128(bytes, _mm_set1_epi8('<' ^ '>')), '>')));
    return static_cast<unsigned>(_mm_movemask_epi8(found));
}

template <class Word>
Word word_at(const char* from) {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return word;
}

/// Up to sixteen bytes, and zeros behind them; no other memory is read.
inline __m128i load_chunk(const char* from, std::size_t size) {
    if (size == kChunkBytes) return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    // Two words that overlap, unless there are less than four bytes.
    if (size > 8) {
        const auto high = word_at<std::uint64_t>(from + size - 8) >> 8 * (kChunkBytes - size);
        return _mm_set_epi64x(static_cast<long long>(high), word_at<long long>(from));
    }
    std::uint64_t word = 0;
    if (size >= 4) {
        word = word_at<std::uint32_t>(from) | std::uint64_t{word_at<std::uint32_t>(from + size - 4)}
                                                  << 8 * (size - 4);
    } else if (size != 0) {
        const auto byte = [from](std::size_t at) {
            return std::uint64_t{static_cast<unsigned char>(from[at])} << 8 * at;
        };
        word = byte(0) | byte(size / 2) | byte(size - 1);
    }
    return _mm_cvtsi64_si128(static_cast<long long>(word));
}

/// Copies less than a chunk. Words that overlap, unless there are less than four bytes.
inline void copy_run(char* to, const char* from, std::size_t size) {
    const auto copy = [&]<class Word>(Word) {
        const Word first = word_at<Word>(from);
        const Word last = word_at<Word>(from + size - sizeof(Word));
        std::memcpy(to, &first, sizeof first);
        std::memcpy(to + size - sizeof last, &last, sizeof last);
    };
    if (size >= 8) {
        copy(std::uint64_t{});
    } else if (size >= 4) {
        copy(std::uint32_t{});
    } else {
        for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
    }
}

/// Writes so many of the bytes, some of which are escaped.
char* write_entities(char* at, __m128i bytes, std::size_t size, unsigned specials);

/// The same of bytes that may be escaped, which take up to five times as much, and one chunk beyond may be written to.
/// REQUIRES: zeros behind `size`
inline char* escape_chunk(char* at, __m128i bytes, std::size_t size) {
    if (const unsigned specials = specials_in(bytes); specials != 0) [[unlikely]]
        return write_entities(at, bytes, size, specials);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at), bytes);
    return at + size;
}
#endif

}  // namespace indrik::templates::detail
