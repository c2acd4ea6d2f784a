#include "indrik/web/middlewares/auth.hpp"

#include <stdexcept>

#include "indrik/core/crypto.hpp"
#include "indrik/http/auth.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web {
namespace {

using http::Field;

const RequestKey<std::string> kUser{"authenticated user"};

/// Digests are of one length, so comparing them tells nothing of the lengths of what they are made of.
std::string fingerprint(std::string_view name, std::string_view secret) {
    const std::string text =
        std::to_string(name.size()) + ":" + std::string(name) + std::string(secret);
    return digest(DigestAlgorithm::SHA256, text);
}

Task<Response> run_basic(const BasicAuth& options,
                         const std::string& challenge,
                         Request& request,
                         Next next) {
    auto credentials = http::parse_basic(request.header(Field::Authorization));
    bool is_known = credentials && options.has_user(credentials->user_name, credentials->password);
    if (credentials && !is_known && options.verifier()) {
        std::string name = credentials->user_name;
        std::string password = std::move(credentials->password);
        is_known = co_await options.verifier()(request, std::move(name), std::move(password));
    }
    if (!is_known) throw HTTPUnauthorized(challenge);
    set_authenticated_user(request, std::move(credentials->user_name));
    co_return co_await next(request);
}

Task<Response> run_bearer(const BearerAuth& options, Request& request, Next next) {
    const auto token = http::parse_bearer(request.header(Field::Authorization));
    if (!token) throw HTTPUnauthorized(http::format_bearer_challenge(options.realm()));
    std::optional<std::string> user = options.find(*token);
    if (!user && options.verifier()) {
        std::string copy(*token);
        user = co_await options.verifier()(request, std::move(copy));
    }
    if (!user)
        throw HTTPUnauthorized(http::format_bearer_challenge(options.realm(), "invalid_token"));
    set_authenticated_user(request, std::move(*user));
    co_return co_await next(request);
}

}  // namespace

std::string_view authenticated_user(const Request& request) {
    const std::string* const user = request.storage().find(kUser);
    return user != nullptr ? std::string_view(*user) : std::string_view();
}

void set_authenticated_user(Request& request, std::string name) {
    request.storage().emplace(kUser, std::move(name));
}

BasicAuth& BasicAuth::user(std::string_view name, std::string_view password) {
    users_.push_back(fingerprint(name, password));
    return *this;
}

bool BasicAuth::has_user(std::string_view name, std::string_view password) const {
    const std::string wanted = fingerprint(name, password);
    bool found = false;
    for (const std::string& user : users_) found |= equal_in_constant_time(user, wanted);
    return found;
}

Middleware basic_auth(BasicAuth options) {
    if (options.empty()) throw std::invalid_argument("basic_auth: no user and no verify function");
    return
        [challenge = http::format_basic_challenge(options.realm()), options = std::move(options)](
            Request& request, Next next) { return run_basic(options, challenge, request, next); };
}

BearerAuth& BearerAuth::token(std::string_view token, std::string user) {
    tokens_.emplace_back(fingerprint("", token), std::move(user));
    return *this;
}

std::optional<std::string> BearerAuth::find(std::string_view token) const {
    const std::string wanted = fingerprint("", token);
    std::optional<std::string> user;
    for (const auto& [known, owner] : tokens_) {
        if (equal_in_constant_time(known, wanted)) user = owner;
    }
    return user;
}

Middleware bearer_auth(BearerAuth options) {
    if (options.empty())
        throw std::invalid_argument("bearer_auth: no token and no verify function");
    http::format_bearer_challenge(options.realm());
    return [options = std::move(options)](Request& request, Next next) {
        return run_bearer(options, request, next);
    };
}

}  // namespace indrik::web
