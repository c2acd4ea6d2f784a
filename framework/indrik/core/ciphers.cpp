#include "indrik/core/ciphers.hpp"

#include <climits>
#include <stdexcept>

#include <openssl/err.h>
#include <openssl/evp.h>

namespace indrik {

namespace {

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("OpenSSL refused: ") + what);
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

int size_of(std::string_view text) {
    if (text.size() > INT_MAX - 64) throw std::invalid_argument("a text too long to encrypt");
    return static_cast<int>(text.size());
}

void check_key(std::string_view name, std::string_view key, std::size_t size_bytes) {
    if (key.size() == size_bytes) return;
    throw std::invalid_argument(std::string(name) + " takes a key of " +
                                std::to_string(size_bytes) + " bytes, not of " +
                                std::to_string(key.size()));
}

/// One direction under one key.
class Context {
public:
    Context(const EVP_CIPHER* cipher, std::string_view key, bool encrypts)
        : context_(EVP_CIPHER_CTX_new()) {
        require(
            context_ &&
                EVP_CipherInit_ex(
                    context_.get(), cipher, nullptr, bytes_of(key), nullptr, encrypts ? 1 : 0) == 1,
            "cipher");
    }
    EVP_CIPHER_CTX* get() const { return context_.get(); }
    /// The same key again, from the start.
    void begin(std::string_view start) const {
        require(EVP_CipherInit_ex(get(), nullptr, nullptr, nullptr, bytes_of(start), -1) == 1,
                "nonce");
    }

private:
    struct Free {
        void operator()(EVP_CIPHER_CTX* one) const { EVP_CIPHER_CTX_free(one); }
    };
    std::unique_ptr<EVP_CIPHER_CTX, Free> context_;
};

/// The end of a text that may be forged: OpenSSL's complaint must not wait for whoever asks it next.
bool finish(const Context& context, unsigned char* out, int& size) {
    ERR_set_mark();
    const bool is_good = EVP_CipherFinal_ex(context.get(), out, &size) == 1;
    ERR_pop_to_mark();
    return is_good;
}

void associate(const Context& context, std::string_view associated) {
    int size = 0;
    require(EVP_CipherUpdate(
                context.get(), nullptr, &size, bytes_of(associated), size_of(associated)) == 1,
            "associated data");
}

}  // namespace

struct AESGCM::State {
    explicit State(std::string_view key)
        : seal(EVP_aes_256_gcm(), key, true), open(EVP_aes_256_gcm(), key, false) {}
    Context seal;
    Context open;
};

AESGCM::AESGCM(std::string_view key) {
    check_key("AES-256-GCM", key, kKeyBytes);
    state_ = std::make_unique<State>(key);
}
AESGCM::AESGCM(AESGCM&&) noexcept = default;
AESGCM& AESGCM::operator=(AESGCM&&) noexcept = default;
AESGCM::~AESGCM() = default;

std::string AESGCM::seal(std::string_view nonce,
                         std::string_view associated,
                         std::string_view plain) {
    const Context& context = state_->seal;
    context.begin(nonce);
    associate(context, associated);
    std::string sealed(plain.size() + kTagBytes, '\0');
    int size = 0;
    int rest = 0;
    require(
        EVP_CipherUpdate(context.get(), bytes_of(sealed), &size, bytes_of(plain), size_of(plain)) ==
                1 &&
            EVP_CipherFinal_ex(context.get(), bytes_of(sealed) + size, &rest) == 1 &&
            EVP_CIPHER_CTX_ctrl(
                context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, bytes_of(sealed) + plain.size()) ==
                1,
        "AES-256-GCM");
    return sealed;
}

std::optional<std::string> AESGCM::open(std::string_view nonce,
                                        std::string_view associated,
                                        std::string_view sealed) {
    if (sealed.size() < kTagBytes) return std::nullopt;
    const Context& context = state_->open;
    context.begin(nonce);
    associate(context, associated);
    const std::string_view encrypted = sealed.substr(0, sealed.size() - kTagBytes);
    std::string tag(sealed.substr(encrypted.size()));
    std::string plain(encrypted.size(), '\0');
    int size = 0;
    int rest = 0;
    require(
        EVP_CipherUpdate(
            context.get(), bytes_of(plain), &size, bytes_of(encrypted), size_of(encrypted)) == 1 &&
            EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1,
        "AES-256-GCM");
    if (!finish(context, bytes_of(plain) + size, rest)) return std::nullopt;
    return plain;
}

struct AESCBC::State {
    explicit State(std::string_view key)
        : encrypt(EVP_aes_128_cbc(), key, true), decrypt(EVP_aes_128_cbc(), key, false) {}
    Context encrypt;
    Context decrypt;
};

AESCBC::AESCBC(std::string_view key) {
    check_key("AES-128-CBC", key, kKeyBytes);
    state_ = std::make_unique<State>(key);
}
AESCBC::AESCBC(AESCBC&&) noexcept = default;
AESCBC& AESCBC::operator=(AESCBC&&) noexcept = default;
AESCBC::~AESCBC() = default;

std::string AESCBC::encrypt(std::string_view start, std::string_view plain) {
    const Context& context = state_->encrypt;
    context.begin(start);
    std::string encrypted(plain.size() + kBlockBytes, '\0');
    int size = 0;
    int rest = 0;
    require(EVP_CipherUpdate(
                context.get(), bytes_of(encrypted), &size, bytes_of(plain), size_of(plain)) == 1 &&
                EVP_CipherFinal_ex(context.get(), bytes_of(encrypted) + size, &rest) == 1,
            "AES-128-CBC");
    encrypted.resize(static_cast<std::size_t>(size + rest));
    return encrypted;
}

std::optional<std::string> AESCBC::decrypt(std::string_view start, std::string_view encrypted) {
    if (encrypted.empty() || encrypted.size() % kBlockBytes != 0) return std::nullopt;
    const Context& context = state_->decrypt;
    context.begin(start);
    std::string plain(encrypted.size() + kBlockBytes, '\0');
    int size = 0;
    int rest = 0;
    require(
        EVP_CipherUpdate(
            context.get(), bytes_of(plain), &size, bytes_of(encrypted), size_of(encrypted)) == 1,
        "AES-128-CBC");
    if (!finish(context, bytes_of(plain) + size, rest)) return std::nullopt;
    plain.resize(static_cast<std::size_t>(size + rest));
    return plain;
}

}  // namespace indrik
