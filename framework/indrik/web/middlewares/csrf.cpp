#include "indrik/web/middlewares/csrf.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"
#include "indrik/core/strings.hpp"
#include "indrik/http/cookies.hpp"
#include "indrik/http/form.hpp"
#include "indrik/web/error_page.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/form_data.hpp"

namespace indrik::web {
namespace {

using http::Field;

constexpr std::size_t kSecretBytes = 32;

/// What the middleware knows of a request.
struct State {
    const CSRF* options = nullptr;
    std::string secret;  // raw; "" if there is none yet
    bool is_new = false;
};
const RequestKey<State> kState{"csrf"};

std::string xor_bytes(std::string_view left, std::string_view right) {
    std::string result(left);
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = static_cast<char>(static_cast<unsigned char>(left[i]) ^
                                      static_cast<unsigned char>(right[i]));
    }
    return result;
}

/// Base64 of a mask and of the masked secret.
std::string mask(std::string_view secret) {
    const std::string random = random_bytes(secret.size());
    return base64_encode(random + xor_bytes(secret, random));
}

bool matches(std::string_view token, std::string_view secret) {
    const auto bytes = base64_decode(token);
    if (!bytes || secret.empty() || bytes->size() != 2 * secret.size()) return false;
    const std::string_view random = std::string_view(*bytes).substr(0, secret.size());
    const std::string_view masked = std::string_view(*bytes).substr(secret.size());
    return equal_in_constant_time(xor_bytes(masked, random), secret);
}

std::string cookie_name(const CSRF& options, const Request& request) {
    return (request.is_secure() ? "__Host-" : "") + options.cookie();
}

std::string secret_in_cookie(const CSRF& options, Request& request) {
    const auto cookie = request.cookies().get(cookie_name(options, request));
    const auto secret = cookie ? base64_decode(*cookie) : std::nullopt;
    return secret && secret->size() == kSecretBytes ? *secret : std::string();
}

bool may_change_something(const Request& request) {
    switch (request.method()) {
        case http::Method::Get:
        case http::Method::Head:
        case http::Method::Options:
        case http::Method::Trace:
            return false;
        default:
            return true;
    }
}

bool is_trusted(const CSRF& options, const Request& request, std::string_view origin) {
    const std::string own = std::string(request.scheme()) + "://" + std::string(request.host());
    return iequals(origin, own) ||
           std::find(options.trusted().begin(), options.trusted().end(), origin) !=
               options.trusted().end();
}

/// What the browser says of the page that the request comes from.
bool comes_from_here(const CSRF& options, const Request& request) {
    const std::string_view origin = request.header(Field::Origin);
    const bool has_trusted_origin = !origin.empty() && is_trusted(options, request, origin);
    if (!origin.empty() && !has_trusted_origin) return false;
    const std::string_view site = request.header(Field::SecFetchSite);
    return site.empty() || site == "same-origin" || site == "none" || has_trusted_origin;
}

Task<std::string> submitted_token(const CSRF& options, Request& request) {
    const std::string_view sent = request.header(options.header());
    if (!sent.empty()) co_return std::string(sent);
    const std::string_view type = request.content_type();
    const bool is_form = type == http::kFormMediaType ||
                         (options.reads_multipart() && type == http::kMultipartFormMediaType);
    if (!is_form) co_return "";
    const FormData form = co_await request.post();
    co_return std::string(form.get(options.field()).value_or(""));
}

void set_cookie(Request& request, Response& response) {
    const State* const state = request.storage().find(kState);
    if (state == nullptr || !state->is_new) return;
    const bool is_secure = request.is_secure();
    http::Cookie cookie(cookie_name(*state->options, request), base64_encode(state->secret));
    cookie.path("/").http_only().same_site(http::SameSite::Lax).secure(is_secure);
    response.cookie(cookie);
}

Task<Response> check(const CSRF& options, Request& request, Next next) {
    if (!comes_from_here(options, request)) {
        throw HTTPForbidden("CSRF: the request comes from a page of another origin.");
    }
    const std::string token = co_await submitted_token(options, request);
    std::string secret;
    if (options.loader()) {
        secret = co_await options.loader()(request);
    } else {
        secret =
            options.source() ? options.source()(request) : request.storage().get(kState).secret;
    }
    if (!matches(token, secret)) {
        throw HTTPForbidden("CSRF: the token is missing or wrong.");
    }
    co_return co_await next(request);
}

State& state_of(Request& request) {
    State* const state = request.storage().find(kState);
    if (state == nullptr) throw std::logic_error("csrf_token: the middleware csrf() is missing");
    return *state;
}

}  // namespace

Middleware csrf(CSRF options) {
    http::Headers().set(options.header(), "probe");
    http::format_set_cookie(http::Cookie(options.cookie(), ""));
    return [options = std::move(options)](Request& request, Next next) -> Task<Response> {
        State& state = request.storage().emplace(kState);
        state.options = &options;
        if (!options.source()) {
            state.secret = secret_in_cookie(options, request);
            request.on_response_prepare(set_cookie);
        }
        if (!may_change_something(request) ||
            (options.exemption() && options.exemption()(request))) {
            return next(request);
        }
        return check(options, request, next);
    };
}

std::string csrf_token(Request& request) {
    State& state = state_of(request);
    if (state.options->source()) {
        const std::string secret = state.options->source()(request);
        if (secret.empty()) throw std::logic_error("csrf_token: the source of secrets has none");
        return mask(secret);
    }
    if (state.secret.empty()) rotate_csrf_secret(request);
    return mask(state.secret);
}

std::string csrf_field(Request& request) {
    const std::string token = csrf_token(request);
    return "<input type=\"hidden\" name=\"" + escape_html(state_of(request).options->field()) +
           "\" value=\"" + token + "\">";
}

void rotate_csrf_secret(Request& request) {
    State& state = state_of(request);
    if (state.options->source())
        throw std::logic_error("rotate_csrf_secret: the secret is not in a cookie");
    state.secret = random_bytes(kSecretBytes);
    state.is_new = true;
}

}  // namespace indrik::web
