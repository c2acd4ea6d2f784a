#pragma once
// The fields that tell browsers to be careful.
//
//   app.add_middleware(web::security_headers());
//   app.add_middleware(web::security_headers(web::SecurityHeaders()
//       .hsts(365 * 24h, true)
//       .content_security_policy("default-src 'self'; script-src 'nonce-{nonce}'")));
//   ... "<script nonce=\"" + std::string(web::csp_nonce(request)) + "\">"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "indrik/web/handler.hpp"

namespace indrik::web {

/// The values of the fields; "" leaves one out. Every setter returns the object.
class SecurityHeaders {
public:
    /// Strict-Transport-Security, sent over https alone. Not sent by default: it cannot be taken back.
    SecurityHeaders& hsts(std::chrono::seconds max_age,
                          bool include_subdomains = false,
                          bool preload = false);
    /// "{nonce}" stands for csp_nonce(), another one for each request. Not sent by default.
    SecurityHeaders& content_security_policy(std::string value) {
        return policy_ = std::move(value), *this;
    }
    /// Content-Security-Policy-Report-Only instead.
    SecurityHeaders& report_only(bool on = true) { return report_only_ = on, *this; }
    /// X-Frame-Options. The default is DENY.
    SecurityHeaders& frame_options(std::string value) { return frames_ = std::move(value), *this; }
    /// The default is strict-origin-when-cross-origin.
    SecurityHeaders& referrer_policy(std::string value) {
        return referrer_ = std::move(value), *this;
    }
    /// Cross-Origin-Opener-Policy. The default is same-origin.
    SecurityHeaders& opener_policy(std::string value) { return opener_ = std::move(value), *this; }
    /// Cross-Origin-Resource-Policy. The default is same-origin.
    SecurityHeaders& resource_policy(std::string value) {
        return resource_ = std::move(value), *this;
    }
    /// Not sent by default.
    SecurityHeaders& permissions_policy(std::string value) {
        return permissions_ = std::move(value), *this;
    }
    /// X-Content-Type-Options: nosniff. On by default.
    SecurityHeaders& nosniff(bool on) { return nosniff_ = on, *this; }

    /// Adds what is not there yet. `nonce` is for the policy. Errors: std::invalid_argument for values that no field may hold.
    void apply(http::Headers& fields, bool is_secure, std::string_view nonce) const;
    bool wants_nonce() const { return policy_.find("{nonce}") != std::string::npos; }

private:
    std::string hsts_;
    std::string policy_;
    std::string frames_ = "DENY";
    std::string referrer_ = "strict-origin-when-cross-origin";
    std::string opener_ = "same-origin";
    std::string resource_ = "same-origin";
    std::string permissions_;
    bool nosniff_ = true;
    bool report_only_ = false;
};

/// A middleware that adds the fields to every response, also to errors and streamed ones. What a handler has set stays.
/// Errors: std::invalid_argument for values that no field may hold.
Middleware security_headers(SecurityHeaders options = {});

/// The nonce of the request's Content-Security-Policy; "" if it has none. Lifetime: the request's.
std::string_view csp_nonce(const Request& request);

}  // namespace indrik::web
