#pragma once
// Against forged requests: another site's page cannot make a browser change something here.
//
//   app.add_middleware(web::csrf());
//   ... "<form method=post>" + web::csrf_field(request) + ...
//
// A request that may change something (any but GET, HEAD, OPTIONS and TRACE) must come from a page of this origin, as far as the
// browser says where from (Sec-Fetch-Site, Origin), and must have a token in the field X-CSRF-Token or in its form, which only
// pages of this origin can know: it is the same as in a cookie (double submit).

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/web/handler.hpp"

namespace indrik::web {

/// Every setter returns the object.
class CSRF {
public:
    using Exemption = std::function<bool(const Request&)>;
    /// Returns the request's secret, made if there is none yet; "" for none: a session's variant of the cookie.
    using SecretSource = std::function<std::string(Request&)>;
    /// The same where it may have to be waited for, and is not made.
    using SecretLoader = std::function<Task<std::string>(Request&)>;

    /// The default is "csrf_token"; over https the name has the prefix __Host- besides, so that no subdomain can set it.
    CSRF& cookie_name(std::string name) { return cookie_ = std::move(name), *this; }
    /// The default is X-CSRF-Token.
    CSRF& header_name(std::string name) { return header_ = std::move(name), *this; }
    /// Of the form; the default is csrf_token. Urlencoded forms are read for it, and multipart ones if `multipart_forms` is on: their
    /// handlers then use Request::post().
    CSRF& field_name(std::string name) { return field_ = std::move(name), *this; }
    CSRF& multipart_forms(bool on) { return multipart_ = on, *this; }
    /// An origin beside our own from which requests are welcome, as https://accounts.example.
    CSRF& trusted_origin(std::string origin) {
        return trusted_.push_back(std::move(origin)), *this;
    }
    /// Requests that are not checked: those with a bearer token, for instance.
    CSRF& exempt(Exemption exemption) { return exemption_ = std::move(exemption), *this; }
    /// Where secrets are kept instead of in a cookie. Asked by csrf_token(), and before a request is checked unless there is a loader.
    CSRF& secret_source(SecretSource source) { return source_ = std::move(source), *this; }
    /// Asked before a request is checked, and only then.
    CSRF& secret_loader(SecretLoader loader) { return loader_ = std::move(loader), *this; }

    const std::string& cookie() const { return cookie_; }
    const std::string& header() const { return header_; }
    const std::string& field() const { return field_; }
    bool reads_multipart() const { return multipart_; }
    const std::vector<std::string>& trusted() const { return trusted_; }
    const Exemption& exemption() const { return exemption_; }
    const SecretSource& source() const { return source_; }
    const SecretLoader& loader() const { return loader_; }

private:
    std::string cookie_ = "csrf_token";
    std::string header_ = "X-CSRF-Token";
    std::string field_ = "csrf_token";
    bool multipart_ = false;
    std::vector<std::string> trusted_;
    Exemption exemption_;
    SecretSource source_;
    SecretLoader loader_;
};

/// A middleware; what does not pass is answered with 403.
Middleware csrf(CSRF options = {});

/// A token for a form or script of this response; another one each time, so that compression gives nothing away. The cookie is set
/// if the client has none. Errors: std::logic_error without the middleware.
std::string csrf_token(Request& request);
/// The token as a hidden field of a form, HTML.
std::string csrf_field(Request& request);
/// Makes the tokens worthless that were given out before: at log-in, for instance. Where secrets are in a session, rotate that.
/// Errors: as csrf_token.
void rotate_csrf_secret(Request& request);

}  // namespace indrik::web
