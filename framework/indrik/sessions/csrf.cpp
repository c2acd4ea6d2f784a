#include "indrik/sessions/csrf.hpp"

#include <stdexcept>
#include <utility>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"
#include "indrik/sessions/setup.hpp"

namespace indrik::sessions {
namespace {

constexpr std::size_t kSecretBytes = 32;

/// "" if the session has none.
std::string secret_of(const Session& session) {
    const auto text = session.get<std::string>(kCSRFSecretName);
    const auto secret = text ? base64url_decode(*text) : std::nullopt;
    return secret && secret->size() == kSecretBytes ? *secret : std::string();
}

Task<std::string> load_secret(web::Request& request) {
    const Session session = co_await get(request);
    co_return secret_of(session);
}

std::string make_secret(web::Request& request) {
    std::optional<Session> session = loaded(request);
    if (!session) {
        throw std::logic_error(
            "a CSRF token needs the session: co_await sessions::get(request) before it");
    }
    std::string secret = secret_of(*session);
    if (secret.empty()) {
        secret = random_bytes(kSecretBytes);
        session->set(kCSRFSecretName, base64url_encode(secret));
    }
    return secret;
}

}  // namespace

web::Middleware csrf(web::CSRF options) {
    options.secret_source(make_secret).secret_loader(load_secret);
    return web::csrf(std::move(options));
}

}  // namespace indrik::sessions
