#pragma once
// What can go wrong with TLS, as std::error_code: OpenSSL's own reasons in words, failed checks of certificates, and the few
// reasons that OpenSSL has no number for.

#include <string>
#include <system_error>

namespace indrik::net {

/// Reasons of this module. Codes of tls_category() may also hold any reason of OpenSSL.
enum class TLSError {
    Truncated = 1,    // the connection ended without close_notify: what was read may be cut short
    UnexpectedEnd,    // the connection ended in the middle of the handshake
    NotTLS,           // the first byte was not that of a TLS handshake
    TooMuchOutput,    // the peer provokes answers and does not read them
    NoCertificate,    // a file holds no PEM certificate
    NoKey,            // a file holds no PEM private key
    EncryptedKey,     // a key needs a passphrase and none was given
    WrongPassphrase,  // the passphrase does not open the key
    KeyMismatch,      // the key is not that of the certificate
    FileTooLarge,     // longer than any certificate or key
};

/// Category of TLSError, of OpenSSL's packed error codes, and of the results of certificate verification.
const std::error_category& tls_category();
std::error_code make_error_code(TLSError error);
/// Whether it is the peer's certificate that was not good enough.
bool is_certificate_error(const std::error_code& code);

namespace tls {

/// The reason in OpenSSL's queue of this thread, which is empty afterwards; TLSError::UnexpectedEnd if there is none.
std::error_code take_error();
/// A result of verification (X509_V_ERR_...) as an error code.
std::error_code verification_error(long result);

}  // namespace tls
}  // namespace indrik::net

template <>
struct std::is_error_code_enum<indrik::net::TLSError> : std::true_type {};
