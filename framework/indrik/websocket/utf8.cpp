#include "indrik/websocket/utf8.hpp"

#include <array>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace indrik::websocket {

namespace {

/// What may follow a first byte: how many bytes, and the bounds of the first of them.
struct Lead {
    std::uint8_t missing;  // 0: no character begins with this byte
    std::uint8_t lowest;
    std::uint8_t highest;
};

constexpr Lead lead_of(unsigned byte) {
    if (byte < 0xc2 || byte > 0xf4) return {0, 0, 0};
    if (byte < 0xe0) return {1, 0x80, 0xbf};
    if (byte == 0xe0) return {2, 0xa0, 0xbf};  // below: overlong
    if (byte == 0xed) return {2, 0x80, 0x9f};  // above: surrogates
    if (byte < 0xf0) return {2, 0x80, 0xbf};
    if (byte == 0xf0) return {3, 0x90, 0xbf};
    if (byte == 0xf4) return {3, 0x80, 0x8f};  // above: beyond U+10FFFF
    return {3, 0x80, 0xbf};
}

constexpr std::array<Lead, 128> make_leads() {
    std::array<Lead, 128> leads{};
    for (unsigned i = 0; i < 128; ++i) leads[i] = lead_of(i + 0x80);
    return leads;
}

constexpr std::array<Lead, 128> kLeads = make_leads();

#if defined(__SSE2__)

__m128i load(const unsigned char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

/// Past whole blocks of ASCII.
const unsigned char* skip_ascii_blocks(const unsigned char* at, const unsigned char* end) {
    for (; end - at >= 64; at += 64) {
        const __m128i first = _mm_or_si128(load(at), load(at + 16));
        const __m128i second = _mm_or_si128(load(at + 32), load(at + 48));
        if (_mm_movemask_epi8(_mm_or_si128(first, second)) != 0) break;
    }
    for (; end - at >= 16; at += 16) {
        const int mask = _mm_movemask_epi8(load(at));
        if (mask != 0) return at + __builtin_ctz(static_cast<unsigned>(mask));
    }
    return at;
}

#else

const unsigned char* skip_ascii_blocks(const unsigned char* at, const unsigned char* end) {
    constexpr std::uint64_t kHighBits = 0x8080808080808080U;
    for (; end - at >= 8; at += 8) {
        std::uint64_t word;
        std::memcpy(&word, at, sizeof word);
        if ((word & kHighBits) != 0) break;
    }
    return at;
}

#endif

}  // namespace

bool UTF8Validator::feed(std::string_view text) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const unsigned char* const end = at + text.size();
    while (at != end) {
        if (missing_ != 0) {
            if (*at < lowest_ || *at > highest_) return false;
            ++at;
            --missing_;
            lowest_ = 0x80;
            highest_ = 0xbf;
            continue;
        }
        if (*at < 0x80) {
            at = skip_ascii_blocks(at, end);
            while (at != end && *at < 0x80) ++at;
            continue;
        }
        const Lead lead = kLeads[*at - 0x80u];
        if (lead.missing == 0) return false;
        missing_ = lead.missing;
        lowest_ = lead.lowest;
        highest_ = lead.highest;
        ++at;
    }
    return true;
}

bool is_utf8(std::string_view text) {
    UTF8Validator validator;
    return validator.feed(text) && validator.is_complete();
}

}  // namespace indrik::websocket
