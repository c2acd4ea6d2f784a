#pragma once
// What TLS connections have in common: certificates, keys, and what may be negotiated.
//
//   TLSServerOptions options;
//   options.certificates = {{"example.org.pem", "example.org.key"}};
//   const std::shared_ptr<TLSContext> context = TLSContext::make_server(options);
//   for (const std::string& warning : context->warnings()) log.warning("{}", warning);
//
// TLS 1.2 and 1.3, forward secret and authenticated cipher suites only; no compression, no renegotiation, no early data.
// To reload certificates make another context and give it to the connections that come: those that exist keep theirs.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/buffer.hpp"
#include "indrik/net/ticket_keys.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace indrik::net {

/// PEM files. The certificate's file also holds the chain above it.
struct CertificateFiles {
    std::string certificate;
    std::string key;         // empty: in the certificate's file
    std::string passphrase;  // of the key, if that is encrypted
};

enum class TLSVersion : unsigned char { V1_2, V1_3 };

/// Whether clients are asked for a certificate. Optional: one that is shown must be good.
enum class ClientCertificates : unsigned char { None, Optional, Required };

struct TLSServerOptions {
    /// The first is for clients that ask for no name, or for one that no certificate has. The names are those in the certificates,
    /// wildcards ("*.example.org") included. Two of one name with keys of different kinds (RSA, ECDSA) are both in use: the client
    /// gets the one that it can check, ECDSA if it is both. Of the same kind the first counts.
    std::vector<CertificateFiles> certificates;
    /// ALPN, the best first; a client that offers protocols, but none of these, is refused.
    std::vector<std::string> protocols{"http/1.1", "http/1.0"};
    TLSVersion minimum_version = TLSVersion::V1_2;
    TLSVersion maximum_version = TLSVersion::V1_3;
    std::string
        ciphers;  // of TLS 1.2, in OpenSSL's notation; empty: ECDHE with AES-GCM or ChaCha20
    ClientCertificates client_certificates = ClientCertificates::None;
    std::string client_ca_file;  // the authorities that client certificates come from
    std::chrono::seconds session_lifetime{7200};  // how long a ticket may be used
    /// Changes what OpenSSL lets one change, for every set of certificates, when all of the above has been applied. What it
    /// throws comes out of make_server(). Server name, tickets, ALPN and application data are the context's own business.
    std::function<void(ssl_ctx_st*)> configure;
};

struct TLSClientOptions {
    std::string ca_file;                 // empty: the system's authorities
    std::vector<std::string> protocols;  // ALPN; empty: none is offered
    TLSVersion minimum_version = TLSVersion::V1_2;
    TLSVersion maximum_version = TLSVersion::V1_3;
    CertificateFiles certificate;  // for servers that ask for one; empty: none
    bool verifies_peer = true;     // false only for tests: anybody can be in the middle
};

/// Shared by its connections. Belongs to one loop.
class TLSContext final {
public:
    /// Errors, of both: std::system_error; the text is one line that names the file, if one is to blame, and the reason. A
    /// certificate that has expired is no error but a warning.
    static std::shared_ptr<TLSContext> make_server(const TLSServerOptions& options);
    static std::shared_ptr<TLSContext> make_client(const TLSClientOptions& options);

    TLSContext(const TLSContext&) = delete;
    TLSContext& operator=(const TLSContext&) = delete;
    ~TLSContext();

    bool is_server() const { return is_server_; }
    const std::vector<std::string>& warnings() const { return warnings_; }

    /// A server's context starts with random keys of its own; give all workers the same ones.
    void set_ticket_keys(const TicketKeys& keys) { ticket_keys_ = keys; }
    const TicketKeys& ticket_keys() const { return ticket_keys_; }

private:
    friend class TLSStream;
    struct Callbacks;
    struct FreeContext {
        void operator()(ssl_ctx_st* context) const;
    };
    using Handle = std::unique_ptr<ssl_ctx_st, FreeContext>;

    explicit TLSContext(bool is_server);
    Handle make_handle(TLSVersion minimum, TLSVersion maximum) const;
    Handle make_server_handle(const TLSServerOptions& options);
    void add_certificates(const TLSServerOptions& options);
    void set_up_sessions(ssl_ctx_st* handle, const TLSServerOptions& options) const;
    /// The one with the certificate for `name`, or null.
    ssl_ctx_st* find(std::string_view name) const;

    std::vector<Handle> handles_;  // one for each set of certificates, the default one first
    std::map<std::string, ssl_ctx_st*, std::less<>> names_;
    std::string protocols_;  // as they are on the wire: each behind its length
    std::vector<std::string> warnings_;
    TicketKeys ticket_keys_;
    bool is_server_;
    bool verifies_peer_ = true;
    // Lent to a connection while it writes: what is encrypted, and what is joined before it is.
    Buffer output_;
    Buffer joined_;
};

}  // namespace indrik::net
