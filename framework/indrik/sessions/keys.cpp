#include "indrik/sessions/keys.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"

namespace indrik::sessions {
namespace {

constexpr std::size_t kKeyBytes = 32;

std::optional<std::string> decode_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        unsigned byte = 0;
        for (const char c : text.substr(i, 2)) {
            const std::size_t digit = std::string_view("0123456789abcdefABCDEF").find(c);
            if (digit == std::string_view::npos) return std::nullopt;
            byte = byte << 4 | static_cast<unsigned>(digit < 16 ? digit : digit - 6);
        }
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

std::optional<std::string> decode_key(std::string_view text) {
    if (text.size() == kKeyBytes) return std::string(text);
    if (text.size() == 2 * kKeyBytes) return decode_hex(text);
    std::string safe(text);
    std::replace(safe.begin(), safe.end(), '+', '-');
    std::replace(safe.begin(), safe.end(), '/', '_');
    return base64url_decode(safe);
}

}  // namespace

std::string parse_key(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    const auto bytes = decode_key(text);
    if (!bytes || bytes->size() != kKeyBytes) {
        throw std::invalid_argument(
            "a session key has 32 bytes, as Base64, as 64 hexadecimal digits or as they are; this "
            "is "
            "none, with " +
            std::to_string(text.size()) + " characters (make one with: openssl rand -base64 32)");
    }
    return *bytes;
}

std::string generate_key() {
    return base64url_encode(random_bytes(kKeyBytes), true);
}

Keys::Keys(const char* key) : Keys(std::string_view(key == nullptr ? "" : key)) {}

Keys::Keys(const std::vector<std::string>& keys) {
    if (keys.empty()) throw std::invalid_argument("sessions need a key");
    for (const std::string& key : keys) bytes_.push_back(parse_key(key));
}

}  // namespace indrik::sessions
