#include "indrik/core/crypto.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <sys/random.h>

namespace indrik {

namespace {

using Output = std::array<unsigned char, EVP_MAX_MD_SIZE>;

const EVP_MD* implementation_of(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::MD5:
            return EVP_md5();
        case DigestAlgorithm::SHA1:
            return EVP_sha1();
        case DigestAlgorithm::SHA256:
            return EVP_sha256();
        case DigestAlgorithm::SHA512:
            return EVP_sha512();
        case DigestAlgorithm::SHA512_256:
            return EVP_sha512_256();
    }
    throw std::invalid_argument("unknown digest algorithm");
}

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("OpenSSL refused: ") + what);
}

std::string to_text(const Output& bytes, unsigned size) {
    return {reinterpret_cast<const char*>(bytes.data()), size};
}

}  // namespace

struct Digest::State {
    struct Free {
        void operator()(EVP_MD_CTX* one) const { EVP_MD_CTX_free(one); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
    const EVP_MD* implementation = nullptr;

    void begin() {
        require(context && EVP_DigestInit_ex(context.get(), implementation, nullptr) == 1,
                "digest");
    }
};

Digest::Digest(DigestAlgorithm algorithm) : state_(std::make_unique<State>()) {
    state_->implementation = implementation_of(algorithm);
    state_->begin();
}

Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::update(std::string_view bytes) {
    require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1, "digest");
}

std::string Digest::finish() {
    Output output;
    unsigned size = 0;
    require(EVP_DigestFinal_ex(state_->context.get(), output.data(), &size) == 1, "digest");
    state_->begin();
    return to_text(output, size);
}

std::string digest(DigestAlgorithm algorithm, std::string_view bytes) {
    Digest hash(algorithm);
    hash.update(bytes);
    return hash.finish();
}

std::string hmac(DigestAlgorithm algorithm, std::string_view key, std::string_view bytes) {
    if (key.size() > INT_MAX) throw std::invalid_argument("HMAC key too long");
    Output output;
    unsigned size = 0;
    // An empty key must not be a null pointer, which OpenSSL takes for "the key of last time".
    require(HMAC(implementation_of(algorithm),
                 key.empty() ? "" : key.data(),
                 static_cast<int>(key.size()),
                 reinterpret_cast<const unsigned char*>(bytes.data()),
                 bytes.size(),
                 output.data(),
                 &size) != nullptr,
            "HMAC");
    return to_text(output, size);
}

struct KeyedDigest::State {
    struct Free {
        void operator()(EVP_MAC* one) const { EVP_MAC_free(one); }
        void operator()(EVP_MAC_CTX* one) const { EVP_MAC_CTX_free(one); }
    };
    std::unique_ptr<EVP_MAC, Free> implementation{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
    std::unique_ptr<EVP_MAC_CTX, Free> context{EVP_MAC_CTX_new(implementation.get())};
};

KeyedDigest::KeyedDigest(DigestAlgorithm algorithm, std::string_view key)
    : state_(std::make_unique<State>()) {
    // OpenSSL wants a text that it may change, and does not.
    char* const name = const_cast<char*>(EVP_MD_get0_name(implementation_of(algorithm)));
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
        OSSL_PARAM_construct_end()};
    require(state_->context &&
                EVP_MAC_init(state_->context.get(),
                             reinterpret_cast<const unsigned char*>(key.empty() ? "" : key.data()),
                             key.size(),
                             parameters.data()) == 1,
            "HMAC");
}

KeyedDigest::KeyedDigest(KeyedDigest&&) noexcept = default;
KeyedDigest& KeyedDigest::operator=(KeyedDigest&&) noexcept = default;
KeyedDigest::~KeyedDigest() = default;

std::string KeyedDigest::operator()(std::string_view bytes) {
    EVP_MAC_CTX* const context = state_->context.get();
    Output output;
    std::size_t size = 0;
    require(
        EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
            EVP_MAC_update(
                context, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1 &&
            EVP_MAC_final(context, output.data(), &size, output.size()) == 1,
        "HMAC");
    return to_text(output, static_cast<unsigned>(size));
}

void fill_random(std::span<char> bytes) {
    // The kernel's, which no fork can repeat; OpenSSL's would cost the supervisor's master megabytes at the first byte.
    while (!bytes.empty()) {
        const ::ssize_t size = ::getrandom(bytes.data(), bytes.size(), 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) throw std::system_error(errno, std::generic_category(), "getrandom");
        bytes = bytes.subspan(static_cast<std::size_t>(size));
    }
}

std::string random_bytes(std::size_t size_bytes) {
    std::string bytes(size_bytes, '\0');
    fill_random(bytes);
    return bytes;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace indrik
