#include "supervisor/worker/web_worker_tls.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include <sys/random.h>

#include "indrik/core/crypto.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/net/ticket_keys.hpp"
#include "indrik/net/tls_error.hpp"
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

std::string read_password(const std::string& path) {
    if (path.empty()) return {};
    std::ifstream file(path);
    std::string line;
    if (!file || (!std::getline(file, line) && !file.eof())) {
        throw ConfigError("--keyfile-password-file: " + path + ": " +
                          std::generic_category().message(errno));
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) {
        throw ConfigError("--keyfile-password-file: " + path + ": its first line is empty");
    }
    return line;
}

std::vector<net::CertificateFiles> certificates(const Settings& settings) {
    const std::size_t count = settings.certfile.size();
    const std::size_t keys = settings.keyfile.size();
    if (keys != 0 && keys != count) {
        throw ConfigError("--keyfile: " + std::to_string(keys) + " for " + std::to_string(count) +
                          " of --certfile; give one for each, in the same order (or none, if each "
                          "key is in the file of its certificate)");
    }
    const std::string password = read_password(settings.keyfile_password_file);
    std::vector<net::CertificateFiles> pairs(count);
    for (std::size_t index = 0; index < count; ++index) {
        pairs[index].certificate = settings.certfile[index];
        if (keys != 0) pairs[index].key = settings.keyfile[index];
        pairs[index].passphrase = password;
    }
    return pairs;
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
        if (settings.cert_reqs != CertificateRequest::None)
            throw ConfigError("--cert-reqs: needs --certfile");
        return nullptr;
    }
    if (settings.cert_reqs != CertificateRequest::None && settings.ca_certs.empty()) {
        throw ConfigError("--cert-reqs: needs --ca-certs, the authorities to trust");
    }
    net::TLSServerOptions options;
    options.certificates = certificates(settings);
    options.ciphers = settings.ciphers;
    options.client_ca_file = settings.ca_certs;
    options.client_certificates = static_cast<net::ClientCertificates>(settings.cert_reqs);
    options.minimum_version = static_cast<net::TLSVersion>(settings.ssl_minimum_version);
    try {
        return net::TLSContext::make_server(options);
    } catch (const std::system_error& error) {
        if (error.code() != net::TLSError::EncryptedKey) throw;
        throw ConfigError(error.what() + std::string("; --keyfile-password-file names one"));
    }
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
