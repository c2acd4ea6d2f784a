#include "indrik/core/uuid.hpp"

namespace indrik {
namespace {

constexpr bool is_hyphen_at(std::size_t position) {
    return position == 8 || position == 13 || position == 18 || position == 23;
}

/// -1 for what is no hexadecimal digit.
int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string UUID::to_string() const {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(kTextSize);
    for (const std::uint8_t octet : bytes_) {
        if (is_hyphen_at(text.size())) text += '-';
        text += kDigits[octet >> 4];
        text += kDigits[octet & 15];
    }
    return text;
}

std::optional<UUID> parse_uuid(std::string_view text) {
    if (text.size() != UUID::kTextSize) return std::nullopt;
    UUID::Bytes bytes{};
    std::size_t at = 0;
    for (std::uint8_t& octet : bytes) {
        if (is_hyphen_at(at) && text[at++] != '-') return std::nullopt;
        const int high = digit_value(text[at]);
        const int low = digit_value(text[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        octet = static_cast<std::uint8_t>(high * 16 + low);
        at += 2;
    }
    return UUID(bytes);
}

}  // namespace indrik
