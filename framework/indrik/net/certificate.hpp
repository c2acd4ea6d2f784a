#pragma once
// A certificate that somebody has shown, and what it says.
//
//   const net::TLSStream* const tls = request.tls();
//   if (const auto certificate = tls ? tls->peer_certificate() : std::nullopt) {
//       certificate->subject();                                              // "CN=alice,O=Example"
//       certificate->alternative_names();                                    // "DNS:alice.example.org", ...
//   }

#include <chrono>
#include <memory>
#include <string>
#include <vector>

struct x509_st;

namespace indrik::net {

/// Value type; copies share what was parsed. Says nothing of whether anybody has verified it.
class Certificate {
public:
    /// Takes over a reference of OpenSSL's. REQUIRES: certificate != nullptr
    explicit Certificate(x509_st* certificate);

    /// Names as RFC 2253 writes them, the most specific part first, with UTF-8 as it is.
    std::string subject() const;
    std::string issuer() const;
    /// Whom else it is for: "DNS:example.org", "email:a@example.org", "IP:192.0.2.1", "URI:spiffe://example.org/a". Other
    /// kinds, and names with bytes that no such name has, are left out.
    std::vector<std::string> alternative_names() const;
    /// In hexadecimal: "0A1B".
    std::string serial_number() const;
    std::chrono::system_clock::time_point not_before() const;
    std::chrono::system_clock::time_point not_after() const;
    /// SHA-256 of the whole, in lower-case hexadecimal, as `openssl x509 -fingerprint -sha256` but without colons.
    std::string fingerprint() const;
    std::string pem() const;

private:
    std::shared_ptr<x509_st> certificate_;
};

}  // namespace indrik::net
