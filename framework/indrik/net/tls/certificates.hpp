#pragma once
// Certificates and keys out of PEM files, with errors that name the file and the reason.

#include <string>
#include <string_view>
#include <vector>

#include "indrik/net/tls/openssl.hpp"
#include "indrik/net/tls_context.hpp"

namespace indrik::net::tls {

/// A certificate with the chain above it and its key.
struct Identity {
    UniqueCertificate certificate;
    std::vector<UniqueCertificate> chain;
    UniqueKey key;
};

/// Errors: std::system_error whose text begins with the file, for both functions.
Identity load_identity(const CertificateFiles& files);
std::vector<UniqueCertificate> load_certificates(const std::string& path);

/// The names that a certificate is for, in lower case: its DNS names, or if it has no such list its common name.
std::vector<std::string> dns_names(const X509* certificate);
/// One line if the certificate is not valid at present, else empty.
std::string validity_warning(const X509* certificate, const std::string& path);
/// "CN=alice,O=Example", the most specific part first (RFC 2253), with UTF-8 as it is.
std::string format_name(const X509_NAME* name);

/// In lower case and without a dot at the end: the form in which names are compared.
std::string normalized_name(std::string_view name);

}  // namespace indrik::net::tls
