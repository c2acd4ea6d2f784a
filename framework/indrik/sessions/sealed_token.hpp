#pragma once
// Our own tokens: encrypted and authenticated by AES-256-GCM, bound to the name of their cookie.
//
// Base64 (URL alphabet, no padding) of: 0x01, 4 bytes that tell which key, the time (8 bytes, big endian), 12 random bytes, and the
// encrypted text with its tag. The cookie's name and all that stands before the random bytes are authenticated with it.

#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/ciphers.hpp"
#include "indrik/core/random_pool.hpp"
#include "indrik/sessions/keys.hpp"
#include "indrik/sessions/token.hpp"

namespace indrik::sessions {

class SealedToken final : public TokenFormat {
public:
    explicit SealedToken(const Keys& keys);

    std::string seal(std::string_view name, Time time, std::string_view text) override;
    /// The same with the random bytes given. REQUIRES: nonce.size() == AESGCM::kNonceBytes
    std::string seal_with(std::string_view nonce,
                          std::string_view name,
                          Time time,
                          std::string_view text);
    Load open(std::string_view name,
              std::string_view token,
              Time& time,
              std::string& text) override;

private:
    struct Key {
        std::string id;
        AESGCM cipher;
    };
    std::vector<Key> keys_;
    RandomPool nonces_;
};

}  // namespace indrik::sessions
