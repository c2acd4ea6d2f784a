#pragma once
// AES in the two modes that tokens need, from OpenSSL.
//
//   AESGCM cipher(key);                                       // 32 bytes
//   std::string sealed = nonce + cipher.seal(nonce, "what it is for", plain);
//   std::optional<std::string> plain = cipher.open(nonce, "what it is for", sealed);
//
// Objects keep the expanded key, and are not for several threads at once. Errors of every function: std::runtime_error if OpenSSL
// refuses; of the constructors, std::invalid_argument for a key of the wrong length.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace indrik {

/// AES-256-GCM (NIST SP 800-38D): encrypted, and authenticated together with `associated`, which is not part of the text.
class AESGCM {
public:
    static constexpr std::size_t kKeyBytes = 32;
    static constexpr std::size_t kNonceBytes = 12;
    static constexpr std::size_t kTagBytes = 16;

    explicit AESGCM(std::string_view key);
    AESGCM(AESGCM&&) noexcept;
    AESGCM& operator=(AESGCM&&) noexcept;
    ~AESGCM();

    /// The encrypted text and its tag. Never use a nonce twice: random ones are safe for 2^32 texts of one key.
    /// REQUIRES: nonce.size() == kNonceBytes
    std::string seal(std::string_view nonce, std::string_view associated, std::string_view plain);
    /// Nothing if a bit of it is not as it was sealed.
    std::optional<std::string> open(std::string_view nonce,
                                    std::string_view associated,
                                    std::string_view sealed);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// AES-128-CBC with the padding of PKCS #7. It does not say whether a text is genuine: check a keyed digest of it first.
class AESCBC {
public:
    static constexpr std::size_t kKeyBytes = 16;
    static constexpr std::size_t kBlockBytes = 16;

    explicit AESCBC(std::string_view key);
    AESCBC(AESCBC&&) noexcept;
    AESCBC& operator=(AESCBC&&) noexcept;
    ~AESCBC();

    /// `start` is a random block. REQUIRES: start.size() == kBlockBytes
    std::string encrypt(std::string_view start, std::string_view plain);
    /// Nothing if the padding is wrong.
    std::optional<std::string> decrypt(std::string_view start, std::string_view encrypted);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace indrik
