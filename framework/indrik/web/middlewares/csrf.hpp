#pragma once
// Against forged requests: another site's page cannot make a browser change something here.
//
//   app.add_middleware(web::csrf());
//   ... "<input type=hidden name=csrf_token value=\"" + web::csrf_token(request) + "\">"
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
    /// Where secrets are kept instead of in a cookie.
    CSRF& secret_source(SecretSource source) { return source_ = std::move(source), *this; }

    const std::string& cookie() const { return cookie_; }
    const std::string& header() const { return header_; }
    const std::string& field() const { return field_; }
    bool reads_multipart() const { return multipart_; }
    const std::vector<std::string>& trusted() const { return trusted_; }
    const Exemption& exemption() const { return exemption_; }
    const SecretSource& source() const { return source_; }

private:
    std::string cookie_ = "csrf_token";
    std::string header_ = "X-CSRF-Token";
    std::string field_ = "csrf_token";
    bool multipart_ = false;
    std::vector<std::string> trusted_;
    Exemption exemption_;
    SecretSource source_;
};

/// A middleware; what does not pass is answered with 403.
Middleware csrf(CSRF options = {});

/// A token for a form or script of this response; another one each time, so that compression gives nothing away. The cookie is set
/// if the client has none. Errors: std::logic_error without the middleware.
std::string csrf_token(Request& request);

}  // namespace indrik::web
