// HTTPS.
#include "supervisor/config/settings/groups.hpp"

namespace indrik::supervisor {
namespace {

CertificateRequest parse_certificate_request(std::string_view value) {
    if (value == "0" || value == "1" || value == "2")
        return static_cast<CertificateRequest>(value[0] - '0');
    return static_cast<CertificateRequest>(parse_choice(value, {"none", "optional", "required"}));
}

TLSVersion parse_tls_version(std::string_view value) {
    std::string_view number = value;
    for (const std::string_view prefix : {"TLSv", "TLS"}) {
        if (number.starts_with(prefix)) number.remove_prefix(prefix.size());
    }
    if (number == "1.2" || number == "1_2") return TLSVersion::V1_2;
    if (number == "1.3" || number == "1_3") return TLSVersion::V1_3;
    throw BadValue(quote(value) + " is no version that is safe; use 1.2 or 1.3");
}

constexpr std::string_view kTLS = "TLS";

}  // namespace

// clang-format off
std::vector<Setting> tls_settings() {
    return {
        {kTLS, {"certfile"}, 0, {"certfile"}, "FILE", "",
         "Serves HTTPS with this certificate chain (PEM). Given several times, clients get the certificate for the name "
         "that they ask for, or else the first. HUP reads it anew.",
         several<&Settings::certfile>, {}, {}, true},
        {kTLS, {"keyfile"}, 0, {"keyfile"}, "FILE", "",
         "Its private key (PEM); one for each --certfile, in the same order. Without any, each is in the file of its certificate.",
         several<&Settings::keyfile>, {}, {}, true},
        {kTLS, {"keyfile_password_file"}, 0, {"keyfile-password-file"}, "FILE", "",
         "Its first line opens the keys that are encrypted.",
         single<&Settings::keyfile_password_file, text>},
        {kTLS, {"cert_reqs"}, 0, {"cert-reqs"}, "WHICH", "none",
         "Client certificates: none are asked for, optional, or required; or 0, 1, 2.",
         single<&Settings::cert_reqs, parse_certificate_request>},
        {kTLS, {"ca_certs"}, 0, {"ca-certs"}, "FILE", "",
         "The authorities that client certificates must come from (PEM).",
         single<&Settings::ca_certs, text>},
        {kTLS, {"ssl_minimum_version"}, 0, {"ssl-minimum-version"}, "VERSION", "1.2",
         "The oldest version of TLS that is spoken: 1.2 or 1.3.",
         single<&Settings::ssl_minimum_version, parse_tls_version>},
        {kTLS, {"ciphers"}, 0, {"ciphers"}, "LIST", "",
         "Ciphers of TLS 1.2, in OpenSSL's notation; by default those with forward secrecy.",
         single<&Settings::ciphers, text>},
    };
}
// clang-format on

}  // namespace indrik::supervisor
