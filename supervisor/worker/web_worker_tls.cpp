#include "supervisor/worker/web_worker_tls.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>

#include <sys/random.h>

#include "indrik/core/crypto.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/net/ticket_keys.hpp"
#include "supervisor/config/errors.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

constexpr auto kKeyLifetime = 12h;

std::int64_t present_epoch() {
    return system_clock::now().time_since_epoch() / kKeyLifetime;
}

template <std::size_t kSize>
void derive(std::array<unsigned char, kSize>& out,
            const TicketSecret& secret,
            const char* purpose,
            std::int64_t epoch) {
    static_assert(kSize <= 32, "one SHA-256");
    const std::string label = "indrik ticket " + std::string(purpose) + " " + std::to_string(epoch);
    const std::string bytes = hmac(DigestAlgorithm::SHA256, {secret.data(), secret.size()}, label);
    std::copy_n(bytes.begin(), kSize, out.begin());
}

net::TicketKey key_of(const TicketSecret& secret, std::int64_t epoch) {
    net::TicketKey key;
    derive(key.name, secret, "name", epoch);
    derive(key.mac_key, secret, "authentication", epoch);
    derive(key.cipher_key, secret, "encryption", epoch);
    return key;
}

}  // namespace

TicketSecret make_ticket_secret() {
    TicketSecret secret;
    if (::getrandom(secret.data(), secret.size(), 0) != static_cast<ssize_t>(secret.size())) {
        throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    return secret;
}

std::shared_ptr<net::TLSContext> make_tls_context(const Settings& settings) {
    if (settings.certfile.empty()) {
        if (!settings.keyfile.empty()) throw ConfigError("--keyfile: needs --certfile");
        return nullptr;
    }
    if (settings.cert_reqs != 0 && settings.ca_certs.empty()) {
        throw ConfigError("--cert-reqs: needs --ca-certs, the authorities to trust");
    }
    net::TLSServerOptions options;
    net::CertificateFiles files;
    files.certificate = settings.certfile;
    files.key = settings.keyfile;
    options.certificates.push_back(files);
    options.ciphers = settings.ciphers;
    options.client_ca_file = settings.ca_certs;
    options.client_certificates = static_cast<net::ClientCertificates>(settings.cert_reqs);
    return net::TLSContext::make_server(options);
}

Task<> rotate_ticket_keys(net::TLSContext& context, const TicketSecret& secret) {
    for (;;) {
        const std::int64_t epoch = present_epoch();
        net::TicketKeys keys(key_of(secret, epoch - 1));
        keys.rotate(key_of(secret, epoch));
        context.set_ticket_keys(keys);
        const system_clock::time_point next{(epoch + 1) * kKeyLifetime};
        co_await sleep_for(std::max<system_clock::duration>(next - system_clock::now(), 1s));
    }
}

}  // namespace indrik::supervisor
