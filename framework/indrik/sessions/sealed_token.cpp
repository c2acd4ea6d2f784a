#include "indrik/sessions/sealed_token.hpp"

#include <optional>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"
#include "indrik/sessions/detail/token_bytes.hpp"

namespace indrik::sessions {
namespace {

constexpr char kVersion = '\x01';
constexpr std::size_t kIdBytes = 4;
constexpr std::size_t kHeadBytes = 1 + kIdBytes + detail::kTimeBytes;
constexpr std::size_t kSealedOffset = kHeadBytes + AESGCM::kNonceBytes;

std::string associated_with(std::string_view head, std::string_view name) {
    std::string associated(head);
    associated += name;
    return associated;
}

}  // namespace

/// The key of another purpose, Fernet's for instance, may be the same: what encrypts here is derived from it.
SealedToken::SealedToken(const Keys& keys) {
    for (const std::string& key : keys.bytes()) {
        keys_.push_back(
            {hmac(DigestAlgorithm::SHA256, key, "indrik session key id").substr(0, kIdBytes),
             AESGCM(hmac(DigestAlgorithm::SHA256, key, "indrik session AES-256-GCM"))});
    }
}

std::string SealedToken::seal(std::string_view name, Time time, std::string_view text) {
    return seal_with(nonces_.bytes(AESGCM::kNonceBytes), name, time, text);
}

std::string SealedToken::seal_with(std::string_view nonce,
                                   std::string_view name,
                                   Time time,
                                   std::string_view text) {
    Key& key = keys_.front();
    std::string token;
    token.reserve(kSealedOffset + text.size() + AESGCM::kTagBytes);
    token += kVersion;
    token += key.id;
    detail::append_time(token, time);
    const std::string associated = associated_with(token, name);
    token += nonce;
    token += key.cipher.seal(nonce, associated, text);
    return base64url_encode(token);
}

Load SealedToken::open(std::string_view name,
                       std::string_view token,
                       Time& time,
                       std::string& text) {
    const auto decoded = base64url_decode(token);
    if (!decoded || decoded->size() < kSealedOffset + AESGCM::kTagBytes ||
        decoded->front() != kVersion)
        return Load::Malformed;
    const std::string_view bytes = *decoded;
    const std::string associated = associated_with(bytes.substr(0, kHeadBytes), name);
    for (Key& key : keys_) {
        if (bytes.substr(1, kIdBytes) != key.id) continue;
        auto plain = key.cipher.open(
            bytes.substr(kHeadBytes, AESGCM::kNonceBytes), associated, bytes.substr(kSealedOffset));
        const auto said = detail::read_time(bytes.substr(1 + kIdBytes));
        if (!plain || !said) continue;
        time = *said;
        text = std::move(*plain);
        return Load::Found;
    }
    return Load::Forged;
}

}  // namespace indrik::sessions
