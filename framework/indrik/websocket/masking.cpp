#include "indrik/websocket/masking.hpp"

#include <algorithm>
#include <cstring>

#include "indrik/core/crypto.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace indrik::websocket {

namespace {

#if defined(__SSE2__)

/// Whole blocks of 16 bytes; what is left begins with the key's first byte again.
char* mask_blocks(char* at, const char* end, std::uint32_t key) {
    const __m128i mask = _mm_set1_epi32(static_cast<int>(key));
    const auto mask_one = [&mask](char* block) {
        auto* const place = reinterpret_cast<__m128i*>(block);
        _mm_storeu_si128(place, _mm_xor_si128(_mm_loadu_si128(place), mask));
    };
    for (; end - at >= 64; at += 64) {
        mask_one(at);
        mask_one(at + 16);
        mask_one(at + 32);
        mask_one(at + 48);
    }
    for (; end - at >= 16; at += 16) mask_one(at);
    return at;
}

#else

char* mask_blocks(char* at, const char* end, std::uint32_t key) {
    const std::uint64_t mask = std::uint64_t{key} << 32 | key;
    for (; end - at >= 8; at += 8) {
        std::uint64_t word;
        std::memcpy(&word, at, sizeof word);
        word ^= mask;
        std::memcpy(at, &word, sizeof word);
    }
    return at;
}

#endif

}  // namespace

void apply_mask(std::span<char> bytes, const MaskKey& key, std::uint64_t offset) {
    MaskKey turned;
    for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = key[(offset + i) % key.size()];
    std::uint32_t word;
    std::memcpy(&word, turned.data(), sizeof word);
    char* const end = bytes.data() + bytes.size();
    char* at = mask_blocks(bytes.data(), end, word);
    for (std::size_t i = 0; at != end; ++at, ++i) {
        *at = static_cast<char>(*at ^ turned[i % turned.size()]);
    }
}

MaskKey MaskKeys::next() {
    if (used_ == random_.size()) {
        fill_random(random_);
        used_ = 0;
    }
    MaskKey key;
    std::copy_n(random_.begin() + static_cast<std::ptrdiff_t>(used_), key.size(), key.begin());
    used_ += key.size();
    return key;
}

}  // namespace indrik::websocket
