#include "indrik/web/middlewares/security_headers.hpp"

#include <stdexcept>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"

namespace indrik::web {
namespace {

const RequestKey<std::string> kNonce{"content security policy nonce"};
constexpr std::size_t kNonceBytes = 16;

void add(http::Headers& fields, std::string_view name, std::string_view value) {
    if (!value.empty() && !fields.contains(name)) fields.append(name, value);
}

std::string with_nonce(std::string_view policy, std::string_view nonce) {
    constexpr std::string_view kPlace = "{nonce}";
    std::string text;
    for (;;) {
        const std::size_t place = policy.find(kPlace);
        text += policy.substr(0, place);
        if (place == std::string_view::npos) return text;
        text += nonce;
        policy.remove_prefix(place + kPlace.size());
    }
}

}  // namespace

SecurityHeaders& SecurityHeaders::hsts(std::chrono::seconds max_age,
                                       bool include_subdomains,
                                       bool preload) {
    if (max_age.count() < 0) throw std::invalid_argument("hsts: an age cannot be negative");
    hsts_ = "max-age=" + std::to_string(max_age.count());
    if (include_subdomains) hsts_ += "; includeSubDomains";
    if (preload) hsts_ += "; preload";
    return *this;
}

void SecurityHeaders::apply(http::Headers& fields, bool is_secure, std::string_view nonce) const {
    if (nosniff_) add(fields, "X-Content-Type-Options", "nosniff");
    add(fields, "X-Frame-Options", frames_);
    add(fields, "Referrer-Policy", referrer_);
    add(fields, "Cross-Origin-Opener-Policy", opener_);
    add(fields, "Cross-Origin-Resource-Policy", resource_);
    add(fields, "Permissions-Policy", permissions_);
    if (is_secure) add(fields, "Strict-Transport-Security", hsts_);
    if (policy_.empty()) return;
    add(fields,
        report_only_ ? "Content-Security-Policy-Report-Only" : "Content-Security-Policy",
        nonce.empty() ? policy_ : with_nonce(policy_, nonce));
}

Middleware security_headers(SecurityHeaders options) {
    http::Headers probe;
    options.apply(probe, true, "probe");
    return [options = std::move(options)](Request& request, Next next) {
        const bool is_secure = request.is_secure();
        if (options.wants_nonce()) {
            request.storage().emplace(kNonce, base64_encode(random_bytes(kNonceBytes)));
        }
        request.on_response_prepare([&options, is_secure](Request& answered, Response& response) {
            options.apply(response.headers(), is_secure, csp_nonce(answered));
        });
        return next(request);
    };
}

std::string_view csp_nonce(const Request& request) {
    const std::string* const nonce = request.storage().find(kNonce);
    return nonce != nullptr ? std::string_view(*nonce) : std::string_view();
}

}  // namespace indrik::web
