#pragma once
// Short texts, eight bytes at a time: what an index of paths hashes, and splits at its separators.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace indrik::web::detail {

static_assert(std::endian::native == std::endian::little, "the first byte of a word is its lowest");

/// The eight bytes from `position` on, the first one the lowest; zeros stand for what is behind the end.
inline std::uint64_t load_word(std::string_view text, std::size_t position) {
    constexpr std::size_t kBytes = sizeof(std::uint64_t);
    std::uint64_t word = 0;
    if (position + kBytes <= text.size()) {
        std::memcpy(&word, text.data() + position, kBytes);
    } else if (text.size() >= kBytes) {
        const std::size_t missing = position + kBytes - text.size();
        if (missing >= kBytes) return 0;
        std::memcpy(&word, text.data() + text.size() - kBytes, kBytes);
        word >>= 8 * missing;
    } else {
        for (std::size_t i = text.size(); i > position; --i) {
            word = word << 8 | static_cast<unsigned char>(text[i - 1]);
        }
    }
    return word;
}

inline std::uint64_t mix_word(std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    return hash ^ hash >> 32;
}

/// Cheap, and good enough for a table of the application's own paths: nobody else stores any, so nobody can crowd a bucket.
inline std::uint64_t hash_text(std::string_view text) {
    std::uint64_t hash = text.size();
    for (std::size_t i = 0; i < text.size(); i += sizeof hash) {
        hash = mix_word(hash, load_word(text, i));
    }
    return hash;
}

struct Segment {
    std::size_t end;     // the position of the next '/', or the end of the text
    std::uint64_t hash;  // of the characters before it
};

/// Reads from `begin` to the next '/'.
inline Segment read_segment(std::string_view path, std::size_t begin) {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kHighs = 0x8080808080808080;
    constexpr std::uint64_t kSlashes = kOnes * '/';
    std::uint64_t hash = 0;
    for (std::size_t i = begin;; i += sizeof hash) {
        const std::uint64_t word = load_word(path, i);
        const std::uint64_t difference = word ^ kSlashes;
        // The lowest bit that is set belongs to the first '/'; those above it may be wrong.
        const std::uint64_t found = (difference - kOnes) & ~difference & kHighs;
        if (found != 0) {
            const int bits = std::countr_zero(found) - 7;
            if (bits != 0) hash = mix_word(hash, word & ((std::uint64_t{1} << bits) - 1));
            return {i + static_cast<std::size_t>(bits) / 8, hash};
        }
        if (i + sizeof hash >= path.size()) {
            if (i < path.size()) hash = mix_word(hash, word);
            return {path.size(), hash};
        }
        hash = mix_word(hash, word);
    }
}

}  // namespace indrik::web::detail
