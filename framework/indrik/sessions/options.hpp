#pragma once
// How sessions live, and what their cookie is like.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "indrik/http/cookies.hpp"
#include "indrik/sessions/record.hpp"

namespace indrik::sessions {

/// Every setter returns the object.
class Options {
public:
    using Clock = std::function<Time()>;

    /// How long a session lives; 14 days unless said otherwise, nothing for as long as the storage keeps it. It is the cookie's
    /// Max-Age, too.
    Options& max_age(std::optional<Seconds> age) { return max_age_ = age, *this; }
    /// Whether that counts from the last use (the default; noted at most once a minute) or from the beginning.
    Options& sliding(bool on) { return sliding_ = on, *this; }
    /// Whether the browser forgets the cookie when it is closed; max_age then counts on the server alone. Off by default.
    Options& until_browser_closes(bool on) { return until_browser_closes_ = on, *this; }

    /// The default is the storage's: "session", or "AIOHTTP_SESSION" for Fernet.
    Options& cookie_name(std::string name) { return cookie_name_ = std::move(name), *this; }
    /// Over https, the name has the prefix __Host-: no subdomain and no plain http can then set the cookie. Off by default.
    Options& host_prefix(bool on) { return host_prefix_ = on, *this; }
    /// The default is "/".
    Options& path(std::string path) { return path_ = std::move(path), *this; }
    /// None by default: the host alone gets the cookie, and no subdomain.
    Options& domain(std::string domain) { return domain_ = std::move(domain), *this; }
    /// By default the cookie is Secure when the request came over https.
    Options& secure(bool on) { return secure_ = on, *this; }
    /// Whether scripts cannot read it: the default.
    Options& http_only(bool on) { return http_only_ = on, *this; }
    /// The default is Lax.
    Options& same_site(http::SameSite value) { return same_site_ = value, *this; }

    /// What happens when the storage is away. Closed (the default): the request is answered with 503. Open: it gets an empty session,
    /// and what it changes is not kept.
    Options& fail_open(bool on) { return fail_open_ = on, *this; }
    /// For tests: what time it is.
    Options& clock(Clock clock) { return clock_ = std::move(clock), *this; }

    std::optional<Seconds> max_age() const { return max_age_; }
    bool is_sliding() const { return sliding_; }
    bool lasts_until_browser_closes() const { return until_browser_closes_; }
    const std::string& cookie_name() const { return cookie_name_; }
    bool has_host_prefix() const { return host_prefix_; }
    const std::string& path() const { return path_; }
    const std::string& domain() const { return domain_; }
    std::optional<bool> secure() const { return secure_; }
    bool is_http_only() const { return http_only_; }
    http::SameSite same_site() const { return same_site_; }
    bool fails_open() const { return fail_open_; }
    Time now() const {
        return clock_ ? clock_() : std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    }

private:
    std::optional<Seconds> max_age_ = std::chrono::hours(14 * 24);
    bool sliding_ = true;
    bool until_browser_closes_ = false;
    std::string cookie_name_;
    bool host_prefix_ = false;
    std::string path_ = "/";
    std::string domain_;
    std::optional<bool> secure_;
    bool http_only_ = true;
    http::SameSite same_site_ = http::SameSite::Lax;
    bool fail_open_ = false;
    Clock clock_;
};

}  // namespace indrik::sessions
