#pragma once
// Who asks: HTTP authentication with names and passwords (RFC 7617) or tokens (RFC 6750).
//
//   app.add_middleware(web::basic_auth(web::BasicAuth("Back office").user("admin", password)));
//   app.add_middleware(web::bearer_auth(web::BearerAuth("API").verify(find_token)));
//   ...
//   web::authenticated_user(request)          // "admin"
//
// Whoever is not known gets 401 with a challenge. Passwords and tokens are readable on the way: only over https.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/web/handler.hpp"

namespace indrik::web {

/// The name that a middleware of this kind has verified; "" if there was none. Lifetime: the request's.
std::string_view authenticated_user(const Request& request);
/// For middlewares that authenticate in another way.
void set_authenticated_user(Request& request, std::string name);

class BasicAuth {
public:
    using Verify = std::function<Task<bool>(Request&, std::string name, std::string password)>;

    explicit BasicAuth(std::string realm) : realm_(std::move(realm)) {}
    /// Compared in a time that says nothing of how much is right.
    BasicAuth& user(std::string_view name, std::string_view password);
    /// Asked for those who are not among the users.
    BasicAuth& verify(Verify verify) { return verify_ = std::move(verify), *this; }

    const std::string& realm() const { return realm_; }
    const Verify& verifier() const { return verify_; }
    bool has_user(std::string_view name, std::string_view password) const;
    bool empty() const { return users_.empty() && !verify_; }

private:
    std::string realm_;
    std::vector<std::string> users_;  // digests of name and password
    Verify verify_;
};

/// Errors: std::invalid_argument if nobody could be let in, or for a realm with control characters.
Middleware basic_auth(BasicAuth options);

class BearerAuth {
public:
    /// Returns whose token it is, or nothing.
    using Verify = std::function<Task<std::optional<std::string>>(Request&, std::string token)>;

    explicit BearerAuth(std::string realm) : realm_(std::move(realm)) {}
    /// A token and whose it is. Compared in a time that says nothing of how much is right.
    BearerAuth& token(std::string_view token, std::string user);
    /// Asked for tokens that are not among these.
    BearerAuth& verify(Verify verify) { return verify_ = std::move(verify), *this; }

    const std::string& realm() const { return realm_; }
    const Verify& verifier() const { return verify_; }
    std::optional<std::string> find(std::string_view token) const;
    bool empty() const { return tokens_.empty() && !verify_; }

private:
    std::string realm_;
    std::vector<std::pair<std::string, std::string>> tokens_;  // digest, user
    Verify verify_;
};

/// Errors: as basic_auth.
Middleware bearer_auth(BearerAuth options);

}  // namespace indrik::web
