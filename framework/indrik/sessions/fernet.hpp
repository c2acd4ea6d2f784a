#pragma once
// Fernet tokens, as Python's cryptography.fernet makes them, and aiohttp_session's EncryptedCookieStorage with it.
//
// Base64 (URL alphabet, with padding) of: 0x80, the time (8 bytes, big endian), 16 random bytes, AES-128-CBC of the text, and
// HMAC-SHA256 of all that. The first half of a key signs, the second encrypts.

#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/ciphers.hpp"
#include "indrik/core/crypto.hpp"
#include "indrik/core/random_pool.hpp"
#include "indrik/sessions/keys.hpp"
#include "indrik/sessions/token.hpp"

namespace indrik::sessions {

class Fernet final : public TokenFormat {
public:
    explicit Fernet(const Keys& keys);

    std::string seal(std::string_view name, Time time, std::string_view text) override;
    /// The same with the random bytes given. REQUIRES: start.size() == 16
    std::string seal_with(std::string_view start, Time time, std::string_view text);
    Load open(std::string_view name,
              std::string_view token,
              Time& time,
              std::string& text) override;

private:
    struct Key {
        KeyedDigest sign;
        AESCBC cipher;
    };
    std::vector<Key> keys_;
    RandomPool starts_;  // initialisation vectors
};

}  // namespace indrik::sessions
