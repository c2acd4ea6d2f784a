#pragma once
// A certificate authority for tests: makes keys and certificates at run time, in a directory that goes with it.
//
//   test::Authority authority("Test CA");
//   options.certificates = {authority.issue(test::Subject("example.org").dns("*.example.org"))};

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "indrik/net/tls_context.hpp"

namespace indrik::test {

/// A directory of its own under the system's for temporary files.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "indrik-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
        path_ = name;
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

    std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

/// What a certificate is to say.
struct Subject {
    explicit Subject(std::string name) : common_name(std::move(name)) {}
    Subject& dns(const std::string& name) { return add("DNS:" + name); }
    Subject& ip(const std::string& address) { return add("IP:" + address); }
    /// As OpenSSL writes it: "email:a@example.org", "URI:...".
    Subject& name(const std::string& text) { return add(text); }
    /// An RSA key; otherwise it is one for ECDSA.
    Subject& rsa() {
        has_rsa_key = true;
        return *this;
    }
    /// In seconds from now.
    Subject& valid(long from, long until) {
        valid_from = from;
        valid_until = until;
        return *this;
    }
    Subject& passphrase(std::string text) {
        key_passphrase = std::move(text);
        return *this;
    }

    std::string common_name;
    std::string alternative_names;
    std::string key_passphrase;
    bool has_rsa_key = false;
    long valid_from = -3600;
    long valid_until = 3600;

private:
    Subject& add(const std::string& name) {
        if (!alternative_names.empty()) alternative_names += ",";
        alternative_names += name;
        return *this;
    }
};

class Authority {
public:
    explicit Authority(const std::string& name)
        : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
        fill(certificate_.get(), Subject(name), key_.get());
        X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
        add_extension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
        X509_sign(certificate_.get(), key_.get(), EVP_sha256());
        write(file(), [&](std::FILE* out) { PEM_write_X509(out, certificate_.get()); });
    }

    /// The authority's certificate.
    std::string file() const { return directory_.file("ca.pem"); }
    const TemporaryDirectory& directory() const { return directory_; }

    net::CertificateFiles issue(const Subject& subject) {
        const Key key(subject.has_rsa_key ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
        const Certificate certificate(X509_new());
        fill(certificate.get(), subject, key.get());
        X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
        if (!subject.alternative_names.empty()) {
            add_extension(certificate.get(), NID_subject_alt_name, subject.alternative_names);
        }
        X509_sign(certificate.get(), key_.get(), EVP_sha256());

        const std::string stem = directory_.file(std::to_string(++issued_));
        net::CertificateFiles files{stem + ".pem", stem + ".key", ""};
        write(files.certificate, [&](std::FILE* out) { PEM_write_X509(out, certificate.get()); });
        write(files.key, [&](std::FILE* out) {
            const std::string& phrase = subject.key_passphrase;
            PEM_write_PKCS8PrivateKey(out,
                                      key.get(),
                                      phrase.empty() ? nullptr : EVP_aes_256_cbc(),
                                      phrase.data(),
                                      static_cast<int>(phrase.size()),
                                      nullptr,
                                      nullptr);
        });
        return files;
    }

private:
    struct FreeKey {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    };
    struct FreeCertificate {
        void operator()(X509* certificate) const { X509_free(certificate); }
    };
    using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
    using Certificate = std::unique_ptr<X509, FreeCertificate>;

    void fill(X509* certificate, const Subject& subject, EVP_PKEY* key) {
        X509_set_version(certificate, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial_);
        X509_gmtime_adj(X509_getm_notBefore(certificate), subject.valid_from);
        X509_gmtime_adj(X509_getm_notAfter(certificate), subject.valid_until);
        X509_set_pubkey(certificate, key);
        X509_NAME* const name = X509_get_subject_name(certificate);
        const auto add = [name](const char* field, const std::string& value) {
            const auto* const text = reinterpret_cast<const unsigned char*>(value.c_str());
            X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, text, -1, -1, 0);
        };
        add("O", "Indrik tests");
        add("CN", subject.common_name);
    }

    static void add_extension(X509* certificate, int kind, const std::string& value) {
        X509_EXTENSION* const extension =
            X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
        if (extension == nullptr) throw std::runtime_error("certificate extension: " + value);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }

    template <class Writer>
    static void write(const std::string& path, Writer writer) {
        std::FILE* const out = std::fopen(path.c_str(), "w");
        if (out == nullptr) throw std::runtime_error("cannot write " + path);
        writer(out);
        std::fclose(out);
    }

    TemporaryDirectory directory_;
    long serial_ = 0;
    int issued_ = 0;
    Key key_;
    Certificate certificate_;
};

}  // namespace indrik::test
