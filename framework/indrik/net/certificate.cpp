#include "indrik/net/certificate.hpp"

#include <algorithm>
#include <ctime>
#include <string_view>

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "indrik/core/encoding.hpp"
#include "indrik/net/tls/certificates.hpp"
#include "indrik/net/tls/openssl.hpp"

namespace indrik::net {
namespace {

using std::chrono::system_clock;

std::string_view view_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(::ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(::ASN1_STRING_length(text))};
}

system_clock::time_point to_time(const ASN1_TIME* time) {
    std::tm parts{};
    if (::ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return system_clock::from_time_t(::timegm(&parts));
}

/// A NUL, for one, would make one name look like another.
bool is_honest(std::string_view name) {
    return !name.empty() &&
           std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string format_address(std::string_view bytes) {
    char text[INET6_ADDRSTRLEN] = "";
    if (bytes.size() == 4) ::inet_ntop(AF_INET, bytes.data(), text, sizeof text);
    if (bytes.size() == 16) ::inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
    return text;
}

/// Empty for what is left out.
std::string format_name(const GENERAL_NAME& name) {
    std::string kind;
    std::string text;
    switch (name.type) {
        case GEN_DNS:
            kind = "DNS:";
            text = view_of(name.d.dNSName);
            break;
        case GEN_EMAIL:
            kind = "email:";
            text = view_of(name.d.rfc822Name);
            break;
        case GEN_URI:
            kind = "URI:";
            text = view_of(name.d.uniformResourceIdentifier);
            break;
        case GEN_IPADD:
            kind = "IP:";
            text = format_address(view_of(name.d.iPAddress));
            break;
        default:
            break;
    }
    return is_honest(text) ? kind + text : std::string();
}

}  // namespace

Certificate::Certificate(x509_st* certificate) : certificate_(certificate, &::X509_free) {}

std::string Certificate::subject() const {
    return tls::format_name(::X509_get_subject_name(certificate_.get()));
}

std::string Certificate::issuer() const {
    return tls::format_name(::X509_get_issuer_name(certificate_.get()));
}

std::vector<std::string> Certificate::alternative_names() const {
    std::vector<std::string> names;
    const std::unique_ptr<GENERAL_NAMES, tls::Free<&::GENERAL_NAMES_free>> list(
        static_cast<GENERAL_NAMES*>(
            ::X509_get_ext_d2i(certificate_.get(), NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; list && i < sk_GENERAL_NAME_num(list.get()); ++i) {
        std::string name = format_name(*sk_GENERAL_NAME_value(list.get(), i));
        if (!name.empty()) names.push_back(std::move(name));
    }
    return names;
}

std::string Certificate::serial_number() const {
    const std::unique_ptr<BIGNUM, tls::Free<&::BN_free>> number(
        ::ASN1_INTEGER_to_BN(::X509_get0_serialNumber(certificate_.get()), nullptr));
    char* const digits = number ? ::BN_bn2hex(number.get()) : nullptr;
    std::string text = digits != nullptr ? digits : "";
    ::OPENSSL_free(digits);
    return text;
}

system_clock::time_point Certificate::not_before() const {
    return to_time(::X509_get0_notBefore(certificate_.get()));
}

system_clock::time_point Certificate::not_after() const {
    return to_time(::X509_get0_notAfter(certificate_.get()));
}

std::string Certificate::fingerprint() const {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    ::X509_digest(certificate_.get(), ::EVP_sha256(), digest, &size);
    return hex_encode({reinterpret_cast<const char*>(digest), size});
}

std::string Certificate::pem() const {
    const tls::UniqueBIO memory(::BIO_new(::BIO_s_mem()));
    ::PEM_write_bio_X509(memory.get(), certificate_.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace indrik::net
