#pragma once
// Digest authentication (RFC 7616): passwords are not sent, but what proves that they are known.
//
//   app.add_middleware(web::digest_auth(web::DigestAuth("Back office").user("admin", password)));

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "indrik/http/auth.hpp"
#include "indrik/web/handler.hpp"
#include "indrik/web/middlewares/auth.hpp"

namespace indrik::web {

/// Every setter returns the object. Nonces are signed, so nothing is kept for them; how often each was used is counted by all
/// workers together.
class DigestAuth {
public:
    /// Returns http::digest_secret() of a user in this realm, or nothing.
    using Secret = std::function<Task<std::optional<std::string>>(
        Request&, std::string name, http::DigestScheme)>;

    explicit DigestAuth(std::string realm) : realm_(std::move(realm)) {}
    DigestAuth& user(std::string name, std::string_view password);
    /// Asked for those who are not among the users.
    DigestAuth& secret(Secret secret) { return secret_ = std::move(secret), *this; }
    /// Whether MD5 is offered besides SHA-256, for clients of old. Off by default.
    DigestAuth& md5(bool on) { return md5_ = on, *this; }
    /// After it a client that knows the password is told to take a new nonce, which it does unasked. Five minutes by default.
    DigestAuth& nonce_lifetime(std::chrono::seconds age) { return nonce_lifetime_ = age, *this; }

    const std::string& realm() const { return realm_; }
    const Secret& secret_source() const { return secret_; }
    bool offers_md5() const { return md5_; }
    std::chrono::seconds nonce_lifetime() const { return nonce_lifetime_; }
    std::optional<std::string> find(const std::string& name, http::DigestScheme scheme) const;
    bool empty() const { return users_.empty() && !secret_; }

private:
    struct Secrets {
        std::string sha256;
        std::string md5;
    };
    std::string realm_;
    std::map<std::string, Secrets> users_;
    Secret secret_;
    bool md5_ = false;
    std::chrono::seconds nonce_lifetime_{300};
};

/// A middleware; the name is in authenticated_user(). Errors: as basic_auth.
Middleware digest_auth(DigestAuth options);

}  // namespace indrik::web
