#include "supervisor/worker/web_worker_tls.hpp"

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "indrik/net/tls_error.hpp"
#include "supervisor/config/errors.hpp"

namespace indrik::supervisor {
namespace {

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

std::shared_ptr<net::TLSContext> make_tls_context(const Settings& settings, const Hooks& hooks) {
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
    options.configure = hooks.ssl_context;
    try {
        return net::TLSContext::make_server(options);
    } catch (const std::system_error& error) {
        if (error.code() != net::TLSError::EncryptedKey) throw;
        throw ConfigError(error.what() + std::string("; --keyfile-password-file names one"));
    }
}

}  // namespace indrik::supervisor
