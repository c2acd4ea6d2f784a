#pragma once
// Owners of OpenSSL's objects. For the sources of this module only: the public headers name its types without its headers.

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace indrik::net::tls {

template <auto kFree>
struct Free {
    template <class T>
    void operator()(T* object) const {
        kFree(object);
    }
};

using UniqueBIO = std::unique_ptr<BIO, Free<&::BIO_free_all>>;
using UniqueCertificate = std::unique_ptr<X509, Free<&::X509_free>>;
using UniqueKey = std::unique_ptr<EVP_PKEY, Free<&::EVP_PKEY_free>>;
using UniqueStore = std::unique_ptr<X509_STORE, Free<&::X509_STORE_free>>;

/// A BIO that reads `text`. Lifetime: `text` outlives it.
inline UniqueBIO reader_of(const std::string& text) {
    return UniqueBIO(::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

}  // namespace indrik::net::tls
