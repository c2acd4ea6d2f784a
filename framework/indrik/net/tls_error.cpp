#include "indrik/net/tls_error.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace indrik::net {
namespace {

// OpenSSL packs a library number above bit 23; below are our own reasons, and those of certificate verification.
constexpr int kFirstVerification = 1 << 16;
constexpr int kFirstPacked = 1 << ERR_LIB_OFFSET;

const char* describe(TLSError error) {
    switch (error) {
        case TLSError::Truncated:
            return "the TLS connection ended without close_notify";
        case TLSError::UnexpectedEnd:
            return "the connection ended during the TLS handshake";
        case TLSError::NotTLS:
            return "the peer does not speak TLS";
        case TLSError::TooMuchOutput:
            return "the peer provokes TLS answers and does not read them";
        case TLSError::NoCertificate:
            return "no PEM certificate in this file";
        case TLSError::NoKey:
            return "no PEM private key in this file";
        case TLSError::EncryptedKey:
            return "the private key is encrypted, and no passphrase was given";
        case TLSError::WrongPassphrase:
            return "the passphrase does not open the private key";
        case TLSError::KeyMismatch:
            return "the private key is not that of the certificate";
        case TLSError::FileTooLarge:
            return "the file is too large for certificates or keys";
    }
    return "unknown TLS error";
}

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "indrik.tls"; }
    std::string message(int value) const override {
        if (value < kFirstVerification) return describe(static_cast<TLSError>(value));
        if (value < kFirstPacked) {
            return std::string("certificate verification failed: ") +
                   ::X509_verify_cert_error_string(value - kFirstVerification);
        }
        const auto packed = static_cast<unsigned long>(value);
        if (const char* const reason = ::ERR_reason_error_string(packed)) return reason;
        return "OpenSSL error " + std::to_string(packed);
    }
};

}  // namespace

const std::error_category& tls_category() {
    static const Category category;
    return category;
}

std::error_code make_error_code(TLSError error) {
    return {static_cast<int>(error), tls_category()};
}

bool is_certificate_error(const std::error_code& code) {
    return code.category() == tls_category() && code.value() >= kFirstVerification &&
           code.value() < kFirstPacked;
}

std::error_code tls::take_error() {
    // The first is the cause, but what TLS makes of it says more than what a cipher or a parser beneath it has to say.
    unsigned long packed = ::ERR_get_error();
    for (unsigned long next = packed; next != 0 && ERR_GET_LIB(packed) != ERR_LIB_SSL;
         next = ::ERR_get_error()) {
        if (ERR_GET_LIB(next) == ERR_LIB_SSL) packed = next;
    }
    ::ERR_clear_error();
    if (packed == 0) return TLSError::UnexpectedEnd;
    if (ERR_SYSTEM_ERROR(packed)) return {ERR_GET_REASON(packed), std::system_category()};
    return {static_cast<int>(packed), tls_category()};
}

std::error_code tls::verification_error(long result) {
    return {kFirstVerification + static_cast<int>(result), tls_category()};
}

}  // namespace indrik::net
