#include "indrik/core/encoding.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace indrik {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kURLAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Digits = std::array<std::int8_t, 256>;

constexpr Digits digits_of(std::string_view alphabet) {
    Digits digits{};
    digits.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    }
    return digits;
}

constexpr Digits kDigits = digits_of(kAlphabet);
constexpr Digits kURLDigits = digits_of(kURLAlphabet);

/// Both digits of twelve bits: half as many lookups as digit by digit.
struct Pairs {
    constexpr explicit Pairs(std::string_view alphabet) {
        for (std::size_t i = 0; i < texts.size(); ++i) {
            texts[i] = {alphabet[i >> 6], alphabet[i & 63]};
        }
    }
    std::array<std::array<char, 2>, 4096> texts{};
};

constexpr Pairs kPairs(kAlphabet);
constexpr Pairs kURLPairs(kURLAlphabet);

/// What each of the four digits of a group adds to its 24 bits; kNoDigit for what is no digit.
struct Shares {
    static constexpr std::uint32_t kNoDigit = 0xff000000;
    constexpr explicit Shares(const Digits& digits) {
        for (std::size_t place = 0; place < 4; ++place) {
            for (std::size_t i = 0; i < digits.size(); ++i) {
                values[place][i] = digits[i] < 0
                                       ? kNoDigit
                                       : static_cast<std::uint32_t>(digits[i]) << (18 - 6 * place);
            }
        }
    }
    std::array<std::array<std::uint32_t, 256>, 4> values{};
};

constexpr Shares kShares(kDigits);
constexpr Shares kURLShares(kURLDigits);

std::uint32_t byte_at(std::string_view bytes, std::size_t index) {
    return index < bytes.size() ? static_cast<unsigned char>(bytes[index]) : 0U;
}

/// Whole groups of three first, then what is left, which makes two or three digits.
std::string encode(std::string_view bytes, const Pairs& pairs, bool with_padding) {
    std::string text((bytes.size() + 2) / 3 * 4, '=');
    char* out = text.data();
    const auto put = [&](std::uint32_t group, std::size_t digits) {
        std::memcpy(out, pairs.texts[group >> 12].data(), 2);
        std::memcpy(out + 2, pairs.texts[group & 0xfff].data(), digits - 2);
        out += digits;
    };
    const std::size_t whole = bytes.size() / 3 * 3;
    for (std::size_t i = 0; i < whole; i += 3) {
        put(byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2), 4);
    }
    const std::size_t left = bytes.size() - whole;
    if (left == 0) return text;
    put(byte_at(bytes, whole) << 16 | byte_at(bytes, whole + 1) << 8, left + 1);
    if (!with_padding) text.resize(text.size() - (3 - left));
    return text;
}

/// REQUIRES: `text` has no padding
std::optional<std::string> decode(std::string_view text, const Shares& shares) {
    const std::size_t left = text.size() % 4;
    if (left == 1) return std::nullopt;
    std::string bytes(text.size() * 3 / 4, '\0');
    char* out = bytes.data();
    const auto share = [&](std::size_t at, std::size_t place) {
        return shares.values[place][static_cast<unsigned char>(text[at])];
    };
    std::uint32_t seen = 0;
    std::size_t at = 0;
    for (; at < text.size() - left; at += 4, out += 3) {
        const std::uint32_t group =
            share(at, 0) | share(at + 1, 1) | share(at + 2, 2) | share(at + 3, 3);
        seen |= group;
        out[0] = static_cast<char>(group >> 16);
        out[1] = static_cast<char>(group >> 8);
        out[2] = static_cast<char>(group);
    }
    if (left != 0) {
        std::uint32_t group = share(at, 0) | share(at + 1, 1);
        if (left == 3) group |= share(at + 2, 2);
        seen |= group;
        *out++ = static_cast<char>(group >> 16);
        if (left == 3) *out++ = static_cast<char>(group >> 8);
        // What no byte has room for must be zero.
        if ((group & (left == 2 ? 0xffffU : 0xffU)) != 0) return std::nullopt;
    }
    if ((seen & Shares::kNoDigit) != 0) return std::nullopt;
    return bytes;
}

std::string_view without_padding(std::string_view text) {
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    return text;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
    return encode(bytes, kPairs, true);
}

std::optional<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    return decode(without_padding(text), kShares);
}

std::string base64url_encode(std::string_view bytes, bool with_padding) {
    return encode(bytes, kURLPairs, with_padding);
}

std::optional<std::string> base64url_decode(std::string_view text) {
    if (text.ends_with('=') && text.size() % 4 != 0) return std::nullopt;
    return decode(without_padding(text), kURLShares);
}

std::string hex_encode(std::string_view bytes) {
    constexpr std::string_view kHexDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += kHexDigits[byte >> 4];
        text += kHexDigits[byte & 15];
    }
    return text;
}

std::string latin1_to_utf8(std::string_view text) {
    std::string converted;
    converted.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            converted += c;
        } else {
            converted += static_cast<char>(0xc0 | byte >> 6);
            converted += static_cast<char>(0x80 | (byte & 0x3f));
        }
    }
    return converted;
}

}  // namespace indrik
