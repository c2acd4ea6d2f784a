#pragma once
// Digests, keyed digests and randomness, from OpenSSL.
//
//   Digest hash(DigestAlgorithm::SHA256);
//   hash.update("first ");
//   hash.update("second");
//   hex_encode(hash.finish());                          // the same as digest(SHA256, "first second")

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace indrik {

/// MD5 and SHA-1 are here for protocols that still ask for them, not for anything new.
enum class DigestAlgorithm : std::uint8_t { MD5, SHA1, SHA256, SHA512, SHA512_256 };

/// A digest of bytes that come in pieces. Errors of every function: std::runtime_error if OpenSSL
/// refuses, as it does for MD5 where only FIPS algorithms are allowed.
class Digest {
public:
    explicit Digest(DigestAlgorithm algorithm);
    Digest(Digest&&) noexcept;
    Digest& operator=(Digest&&) noexcept;
    ~Digest();

    void update(std::string_view bytes);
    /// The digest as raw bytes; the object begins anew.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Raw bytes; see hex_encode and base64_encode (core/encoding.hpp).
std::string digest(DigestAlgorithm algorithm, std::string_view bytes);
/// HMAC (RFC 2104), raw bytes.
std::string hmac(DigestAlgorithm algorithm, std::string_view key, std::string_view bytes);

/// HMAC of one key, many times: five times as fast as hmac(). Not for several threads at once. Errors: std::runtime_error as above.
class KeyedDigest {
public:
    KeyedDigest(DigestAlgorithm algorithm, std::string_view key);
    KeyedDigest(KeyedDigest&&) noexcept;
    KeyedDigest& operator=(KeyedDigest&&) noexcept;
    ~KeyedDigest();

    /// Raw bytes.
    std::string operator()(std::string_view bytes);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// From the system's generator, fit for keys. Errors: std::runtime_error if it fails.
void fill_random(std::span<char> bytes);
std::string random_bytes(std::size_t size_bytes);

/// In a time that depends on the lengths alone: for secrets.
bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace indrik
