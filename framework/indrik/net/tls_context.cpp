#include "indrik/net/tls_context.hpp"

#include <algorithm>
#include <stdexcept>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include "indrik/net/tls/certificates.hpp"
#include "indrik/net/tls/openssl.hpp"
#include "indrik/net/tls_error.hpp"

namespace indrik::net {
namespace {

constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kGroups = "X25519:P-256:P-384";

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(tls::take_error(), what);
}

int to_number(TLSVersion version) {
    return version == TLSVersion::V1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
}

std::string to_wire(const std::vector<std::string>& protocols) {
    std::string wire;
    for (const std::string& protocol : protocols) {
        if (protocol.empty() || protocol.size() > 255)
            throw std::invalid_argument("ALPN name: " + protocol);
        wire += static_cast<char>(protocol.size());
        wire += protocol;
    }
    return wire;
}

const unsigned char* to_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

void use_identity(SSL_CTX* handle, const tls::Identity& identity, const std::string& path) {
    if (::SSL_CTX_use_certificate(handle, identity.certificate.get()) != 1) fail(path);
    for (const tls::UniqueCertificate& certificate : identity.chain) {
        if (SSL_CTX_add1_chain_cert(handle, certificate.get()) != 1) fail(path);
    }
    if (::SSL_CTX_use_PrivateKey(handle, identity.key.get()) != 1) fail(path);
}

tls::UniqueStore store_of(const std::vector<tls::UniqueCertificate>& certificates) {
    tls::UniqueStore store(::X509_STORE_new());
    for (const tls::UniqueCertificate& certificate : certificates) {
        ::X509_STORE_add_cert(store.get(), certificate.get());
    }
    return store;
}

/// Sessions are resumed only where the same would be asked of the client: the digest of what is asked.
void set_session_context(SSL_CTX* handle,
                         ClientCertificates asked,
                         const std::vector<tls::UniqueCertificate>& authorities) {
    const std::unique_ptr<EVP_MD_CTX, tls::Free<&::EVP_MD_CTX_free>> digest(::EVP_MD_CTX_new());
    unsigned char result[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    ::EVP_DigestInit_ex(digest.get(), ::EVP_sha256(), nullptr);
    ::EVP_DigestUpdate(digest.get(), &asked, sizeof asked);
    for (const tls::UniqueCertificate& certificate : authorities) {
        ::X509_digest(certificate.get(), ::EVP_sha256(), result, &size);
        ::EVP_DigestUpdate(digest.get(), result, size);
    }
    ::EVP_DigestFinal_ex(digest.get(), result, &size);
    ::SSL_CTX_set_session_id_context(
        handle, result, std::min<unsigned int>(size, SSL_MAX_SID_CTX_LENGTH));
}

void ask_for_certificates(SSL_CTX* handle, const TLSServerOptions& options) {
    std::vector<tls::UniqueCertificate> authorities;
    if (options.client_certificates != ClientCertificates::None) {
        authorities = tls::load_certificates(options.client_ca_file);
        for (const tls::UniqueCertificate& certificate : authorities) {
            ::SSL_CTX_add_client_CA(handle, certificate.get());
        }
        ::SSL_CTX_set_cert_store(handle, store_of(authorities).release());
        const bool is_required = options.client_certificates == ClientCertificates::Required;
        ::SSL_CTX_set_verify(
            handle, SSL_VERIFY_PEER | (is_required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    }
    set_session_context(handle, options.client_certificates, authorities);
}

/// Indices of certificates.
using CertificateSet = std::vector<std::size_t>;

/// Unless the set has one whose key is of the same kind.
void add_to_set(CertificateSet& set,
                std::size_t index,
                const std::vector<tls::Identity>& identities) {
    const auto kind = [&](std::size_t of) {
        return ::EVP_PKEY_get_base_id(identities[of].key.get());
    };
    const bool is_taken = std::any_of(
        set.begin(), set.end(), [&](std::size_t other) { return kind(other) == kind(index); });
    if (!is_taken) set.push_back(index);
}

using NamedSets = std::map<std::string, CertificateSet>;

/// What may be shown to who asks for a name: one certificate of each kind of key.
NamedSets sets_by_name(const std::vector<tls::Identity>& identities) {
    NamedSets sets;
    for (std::size_t index = 0; index < identities.size(); ++index) {
        for (const std::string& name : tls::dns_names(identities[index].certificate.get()))
            add_to_set(sets[name], index, identities);
    }
    // A name with a certificate of its own has those of the wildcard behind it.
    for (auto& [name, set] : sets) {
        const auto wildcard = sets.find("*" + name.substr(std::min(name.find('.'), name.size())));
        if (wildcard == sets.end()) continue;
        const CertificateSet others = wildcard->second;
        for (const std::size_t index : others) add_to_set(set, index, identities);
    }
    return sets;
}

}  // namespace

/// What OpenSSL calls back; `argument` and the handle's application data are the context.
struct TLSContext::Callbacks {
    static TLSContext& context_of(SSL* ssl) {
        return *static_cast<TLSContext*>(SSL_CTX_get_app_data(::SSL_get_SSL_CTX(ssl)));
    }

    static int choose_certificate(SSL* ssl, int*, void* argument) {
        const char* const name = ::SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
        if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
        SSL_CTX* const handle = static_cast<TLSContext*>(argument)->find(name);
        if (handle != nullptr && handle != ::SSL_get_SSL_CTX(ssl)) ::SSL_set_SSL_CTX(ssl, handle);
        return SSL_TLSEXT_ERR_OK;
    }

    static int choose_protocol(SSL*,
                               const unsigned char** chosen,
                               unsigned char* chosen_size,
                               const unsigned char* offered,
                               unsigned int offered_size,
                               void* argument) {
        const std::string& ours = static_cast<TLSContext*>(argument)->protocols_;
        unsigned char* choice = nullptr;
        const int outcome = ::SSL_select_next_proto(&choice,
                                                    chosen_size,
                                                    to_bytes(ours),
                                                    static_cast<unsigned int>(ours.size()),
                                                    offered,
                                                    offered_size);
        *chosen = choice;
        return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
    }

    static bool prepare_mac(EVP_MAC_CTX* mac, const TicketKey& key) {
        char digest[] = "SHA256";
        const OSSL_PARAM parameters[] = {
            ::OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
            ::OSSL_PARAM_construct_end()};
        return ::EVP_MAC_init(mac, key.mac_key.data(), key.mac_key.size(), parameters) == 1;
    }

    /// Sets cipher and MAC up for sealing or opening a ticket. 0: no such key; 2: opened, but give the client a new one.
    static int use_ticket_key(SSL* ssl,
                              unsigned char* name,
                              unsigned char* iv,
                              EVP_CIPHER_CTX* cipher,
                              EVP_MAC_CTX* mac,
                              int seals) {
        const TicketKeys& keys = context_of(ssl).ticket_keys_;
        if (seals != 0) {
            const TicketKey& key = keys.current();
            std::copy(key.name.begin(), key.name.end(), name);
            if (::RAND_bytes(iv, ::EVP_CIPHER_get_iv_length(::EVP_aes_256_cbc())) != 1) return -1;
            const bool is_set =
                ::EVP_EncryptInit_ex(
                    cipher, ::EVP_aes_256_cbc(), nullptr, key.cipher_key.data(), iv) == 1;
            return is_set && prepare_mac(mac, key) ? 1 : -1;
        }
        const TicketKey* const key = keys.find(name);
        if (key == nullptr) return 0;
        const bool is_set =
            ::EVP_DecryptInit_ex(
                cipher, ::EVP_aes_256_cbc(), nullptr, key->cipher_key.data(), iv) == 1;
        if (!is_set || !prepare_mac(mac, *key)) return -1;
        return key == &keys.current() ? 1 : 2;
    }
};

void TLSContext::FreeContext::operator()(ssl_ctx_st* context) const {
    ::SSL_CTX_free(context);
}

TLSContext::TLSContext(bool is_server) : ticket_keys_(TicketKey::random()), is_server_(is_server) {}

TLSContext::~TLSContext() = default;

TLSContext::Handle TLSContext::make_handle(TLSVersion minimum, TLSVersion maximum) const {
    Handle handle(::SSL_CTX_new(is_server_ ? ::TLS_server_method() : ::TLS_client_method()));
    if (!handle) fail("cannot set up TLS");
    SSL_CTX* const context = handle.get();
    SSL_CTX_set_min_proto_version(context, to_number(minimum));
    SSL_CTX_set_max_proto_version(context, to_number(maximum));
    ::SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    // An idle connection holds no buffers (33 KiB), which costs 0.3 us an exchange; reading ahead saves as much again, for one
    // system call takes in whatever has come.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    if (SSL_CTX_set1_groups_list(context, kGroups) != 1) fail("cannot set up TLS groups");
    return handle;
}

std::shared_ptr<TLSContext> TLSContext::make_server(const TLSServerOptions& options) {
    if (options.certificates.empty())
        throw std::invalid_argument("a TLS server needs a certificate");
    std::shared_ptr<TLSContext> context(new TLSContext(true));
    context->protocols_ = to_wire(options.protocols);
    context->add_certificates(options);
    return context;
}

TLSContext::Handle TLSContext::make_server_handle(const TLSServerOptions& options) {
    Handle handle = make_handle(options.minimum_version, options.maximum_version);
    SSL_CTX* const context = handle.get();
    const char* const ciphers = options.ciphers.empty() ? kCiphers : options.ciphers.c_str();
    if (::SSL_CTX_set_cipher_list(context, ciphers) != 1)
        fail("TLS ciphers '" + options.ciphers + "'");
    ask_for_certificates(context, options);
    set_up_sessions(context, options);
    SSL_CTX_set_app_data(context, this);
    SSL_CTX_set_tlsext_servername_callback(context, &Callbacks::choose_certificate);
    SSL_CTX_set_tlsext_servername_arg(context, this);
    if (!protocols_.empty())
        ::SSL_CTX_set_alpn_select_cb(context, &Callbacks::choose_protocol, this);
    return handle;
}

void TLSContext::add_certificates(const TLSServerOptions& options) {
    std::vector<tls::Identity> identities;
    for (const CertificateFiles& files : options.certificates) {
        identities.push_back(tls::load_identity(files));
        std::string warning =
            tls::validity_warning(identities.back().certificate.get(), files.certificate);
        if (!warning.empty()) warnings_.push_back(std::move(warning));
    }
    // Names with the same set share a handle.
    std::map<CertificateSet, SSL_CTX*> handles;
    const auto handle_of = [&](const CertificateSet& set) {
        SSL_CTX*& known = handles[set];
        if (known != nullptr) return known;
        Handle handle = make_server_handle(options);
        for (const std::size_t index : set)
            use_identity(handle.get(), identities[index], options.certificates[index].certificate);
        if (options.configure) options.configure(handle.get());
        known = handle.get();
        handles_.push_back(std::move(handle));
        return known;
    };
    const NamedSets sets = sets_by_name(identities);
    const auto first_names = tls::dns_names(identities.front().certificate.get());
    handle_of(first_names.empty() ? CertificateSet{0} : sets.at(first_names.front()));
    for (const auto& [name, set] : sets) names_.emplace(name, handle_of(set));
}

/// Tickets only: a cache in one worker would be of no use to the others.
void TLSContext::set_up_sessions(ssl_ctx_st* handle, const TLSServerOptions& options) const {
    SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_OFF);
    ::SSL_CTX_set_timeout(handle, static_cast<long>(options.session_lifetime.count()));
    ::SSL_CTX_set_tlsext_ticket_key_evp_cb(handle, &Callbacks::use_ticket_key);
}

ssl_ctx_st* TLSContext::find(std::string_view name) const {
    const std::string wanted = tls::normalized_name(name);
    if (const auto found = names_.find(wanted); found != names_.end()) return found->second;
    const std::size_t dot = wanted.find('.');
    if (dot == std::string::npos || dot == 0) return nullptr;
    const auto found = names_.find("*" + wanted.substr(dot));
    return found != names_.end() ? found->second : nullptr;
}

std::shared_ptr<TLSContext> TLSContext::make_client(const TLSClientOptions& options) {
    std::shared_ptr<TLSContext> context(new TLSContext(false));
    Handle handle = context->make_handle(options.minimum_version, options.maximum_version);
    if (::SSL_CTX_set_cipher_list(handle.get(), kCiphers) != 1) fail("cannot set up TLS ciphers");
    context->verifies_peer_ = options.verifies_peer;
    ::SSL_CTX_set_verify(
        handle.get(), options.verifies_peer ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    if (!options.ca_file.empty()) {
        ::SSL_CTX_set_cert_store(handle.get(),
                                 store_of(tls::load_certificates(options.ca_file)).release());
    } else if (options.verifies_peer && ::SSL_CTX_set_default_verify_paths(handle.get()) != 1) {
        fail("cannot read the system's certificate authorities");
    }
    if (!options.certificate.certificate.empty()) {
        const CertificateFiles& files = options.certificate;
        use_identity(handle.get(), tls::load_identity(files), files.certificate);
    }
    const std::string protocols = to_wire(options.protocols);
    if (!protocols.empty()) {
        ::SSL_CTX_set_alpn_protos(
            handle.get(), to_bytes(protocols), static_cast<unsigned int>(protocols.size()));
    }
    context->handles_.push_back(std::move(handle));
    return context;
}

}  // namespace indrik::net
