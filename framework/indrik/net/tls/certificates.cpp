#include "indrik/net/tls/certificates.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "indrik/core/strings.hpp"
#include "indrik/core/unique_fd.hpp"
#include "indrik/net/tls_error.hpp"

namespace indrik::net::tls {
namespace {

constexpr std::size_t kMaxFileBytes =
    4 * 1024 * 1024;  // a bundle of all public authorities is a quarter of a MiB

[[noreturn]] void fail(const std::string& path, std::error_code why) {
    ::ERR_clear_error();
    throw std::system_error(why, path);
}

std::string read_file(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) fail(path, {errno, std::system_category()});
    std::string text;
    char block[16384];
    for (;;) {
        const ssize_t size = ::read(file.get(), block, sizeof block);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) fail(path, {errno, std::system_category()});
        if (size == 0) break;
        text.append(block, static_cast<std::size_t>(size));
        if (text.size() > kMaxFileBytes) fail(path, TLSError::FileTooLarge);
    }
    ::OPENSSL_cleanse(block, sizeof block);
    return text;
}

bool is_end_of_pem() {
    const unsigned long error = ::ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

std::vector<UniqueCertificate> parse_certificates(const std::string& text,
                                                  const std::string& path) {
    std::vector<UniqueCertificate> found;
    const UniqueBIO reader = reader_of(text);
    ::ERR_clear_error();
    for (;;) {
        UniqueCertificate certificate(::PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
        if (!certificate) break;
        found.push_back(std::move(certificate));
    }
    if (!is_end_of_pem()) fail(path, take_error());
    if (found.empty()) fail(path, TLSError::NoCertificate);
    ::ERR_clear_error();
    return found;
}

struct Passphrase {
    const std::string& text;
    bool was_asked = false;
};

int give_passphrase(char* space, int size, int, void* argument) {
    auto& passphrase = *static_cast<Passphrase*>(argument);
    passphrase.was_asked = true;
    const std::string& text = passphrase.text;
    if (text.empty() || text.size() > static_cast<std::size_t>(size)) return -1;
    std::copy(text.begin(), text.end(), space);
    return static_cast<int>(text.size());
}

UniqueKey load_key(const CertificateFiles& files) {
    const std::string& path = files.key.empty() ? files.certificate : files.key;
    std::string text = read_file(path);
    Passphrase passphrase{files.passphrase};
    ::ERR_clear_error();
    const UniqueBIO reader = reader_of(text);
    UniqueKey key(::PEM_read_bio_PrivateKey(reader.get(), nullptr, &give_passphrase, &passphrase));
    const bool has_key = text.find("PRIVATE KEY-----") != std::string::npos;
    ::OPENSSL_cleanse(text.data(), text.size());
    if (key) return key;
    if (!has_key) fail(path, TLSError::NoKey);
    if (!passphrase.was_asked) fail(path, take_error());
    fail(path, files.passphrase.empty() ? TLSError::EncryptedKey : TLSError::WrongPassphrase);
}

std::string_view view_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(::ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(::ASN1_STRING_length(text))};
}

std::string written_to(BIO* memory) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory, &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string format_time(const ASN1_TIME* time) {
    const UniqueBIO out(::BIO_new(::BIO_s_mem()));
    ::ASN1_TIME_print(out.get(), time);
    return written_to(out.get());
}

}  // namespace

Identity load_identity(const CertificateFiles& files) {
    Identity identity;
    identity.chain = parse_certificates(read_file(files.certificate), files.certificate);
    identity.certificate = std::move(identity.chain.front());
    identity.chain.erase(identity.chain.begin());
    identity.key = load_key(files);
    if (::X509_check_private_key(identity.certificate.get(), identity.key.get()) != 1) {
        const std::string& key = files.key.empty() ? files.certificate : files.key;
        fail(key + " (for " + files.certificate + ")", TLSError::KeyMismatch);
    }
    return identity;
}

std::vector<UniqueCertificate> load_certificates(const std::string& path) {
    return parse_certificates(read_file(path), path);
}

std::string normalized_name(std::string_view name) {
    if (!name.empty() && name.back() == '.') name.remove_suffix(1);
    return to_lower(name);
}

std::vector<std::string> dns_names(const X509* certificate) {
    std::vector<std::string> names;
    auto* const list = static_cast<GENERAL_NAMES*>(
        ::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    if (list != nullptr) {
        for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
            const GENERAL_NAME* const name = sk_GENERAL_NAME_value(list, i);
            if (name->type != GEN_DNS) continue;
            names.push_back(normalized_name(view_of(name->d.dNSName)));
        }
        ::GENERAL_NAMES_free(list);
        return names;
    }
    const X509_NAME* const subject = ::X509_get_subject_name(certificate);
    const int index = ::X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (index < 0) return names;
    const X509_NAME_ENTRY* const entry = ::X509_NAME_get_entry(subject, index);
    names.push_back(normalized_name(view_of(::X509_NAME_ENTRY_get_data(entry))));
    return names;
}

std::string validity_warning(const X509* certificate, const std::string& path) {
    const ASN1_TIME* const begin = ::X509_get0_notBefore(certificate);
    const ASN1_TIME* const end = ::X509_get0_notAfter(certificate);
    if (::X509_cmp_current_time(end) < 0)
        return path + ": the certificate expired on " + format_time(end);
    if (::X509_cmp_current_time(begin) > 0) {
        return path + ": the certificate is not valid before " + format_time(begin);
    }
    return {};
}

std::string format_name(const X509_NAME* name) {
    const UniqueBIO out(::BIO_new(::BIO_s_mem()));
    ::X509_NAME_print_ex(
        out.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    return written_to(out.get());
}

}  // namespace indrik::net::tls
