#pragma once
// Cutting an input into fragments, as its own bytes decide: the same input is always cut alike.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace indrik::fuzz {

using Pieces = std::vector<std::string_view>;

inline std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 14695981039346656037U;
    for (const char character : text) {
        hash = (hash ^ static_cast<unsigned char>(character)) * 1099511628211U;
    }
    return hash;
}

/// Pieces of 1 to `max_bytes` bytes.
inline Pieces cut(std::string_view text, std::size_t max_bytes) {
    std::uint64_t state = hash_of(text) | 1;
    Pieces pieces;
    while (!text.empty()) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        const std::size_t size = 1 + (state >> 33) % max_bytes;
        pieces.push_back(text.substr(0, size));
        text.remove_prefix(pieces.back().size());
    }
    return pieces;
}

/// Ends the run, which makes libFuzzer keep the input.
inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

inline void require_equal(const std::string& left, const std::string& right, const char* what) {
    if (left == right) return;
    std::fprintf(
        stderr, "broken: %s\n--- whole\n%s\n--- pieces\n%s\n", what, left.c_str(), right.c_str());
    std::abort();
}

}  // namespace indrik::fuzz
