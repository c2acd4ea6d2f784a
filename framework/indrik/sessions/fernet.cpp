#include "indrik/sessions/fernet.hpp"

#include <optional>

#include "indrik/core/encoding.hpp"
#include "indrik/sessions/detail/token_bytes.hpp"

namespace indrik::sessions {
namespace {

constexpr char kVersion = '\x80';
constexpr std::size_t kHalfKeyBytes = 16;
constexpr std::size_t kStartOffset = 1 + detail::kTimeBytes;
constexpr std::size_t kHeadBytes = kStartOffset + AESCBC::kBlockBytes;
constexpr std::size_t kMACBytes = 32;

}  // namespace

Fernet::Fernet(const Keys& keys) {
    for (const std::string& key : keys.bytes()) {
        const std::string_view bytes = key;
        keys_.push_back({KeyedDigest(DigestAlgorithm::SHA256, bytes.substr(0, kHalfKeyBytes)),
                         AESCBC(bytes.substr(kHalfKeyBytes))});
    }
}

std::string Fernet::seal(std::string_view, Time time, std::string_view text) {
    return seal_with(starts_.bytes(AESCBC::kBlockBytes), time, text);
}

std::string Fernet::seal_with(std::string_view start, Time time, std::string_view text) {
    std::string token;
    token.reserve(kHeadBytes + text.size() + AESCBC::kBlockBytes + kMACBytes);
    token += kVersion;
    detail::append_time(token, time);
    token += start;
    token += keys_.front().cipher.encrypt(start, text);
    token += keys_.front().sign(token);
    return base64url_encode(token, true);
}

Load Fernet::open(std::string_view, std::string_view token, Time& time, std::string& text) {
    const auto decoded = base64url_decode(token);
    if (!decoded || decoded->size() < kHeadBytes + kMACBytes || decoded->front() != kVersion)
        return Load::Malformed;
    const std::string_view bytes = *decoded;
    const std::string_view signed_part = bytes.substr(0, bytes.size() - kMACBytes);
    const std::string_view mac = bytes.substr(signed_part.size());
    for (Key& key : keys_) {
        if (!equal_in_constant_time(key.sign(signed_part), mac)) continue;
        auto plain = key.cipher.decrypt(signed_part.substr(kStartOffset, AESCBC::kBlockBytes),
                                        signed_part.substr(kHeadBytes));
        const auto said = detail::read_time(signed_part.substr(1));
        if (!plain || !said) return Load::Forged;
        time = *said;
        text = std::move(*plain);
        return Load::Found;
    }
    return Load::Forged;
}

}  // namespace indrik::sessions
