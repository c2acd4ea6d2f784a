#pragma once
// Cookies (RFC 6265 and its successor draft): a tolerant reader of Cookie, a strict writer of
// Set-Cookie.
//
//   parse_cookies("a=1; b=\"two\"").get("b");                                   // "two"
//   headers.append(Field::SetCookie, format_set_cookie(Cookie("sid", id).path("/").http_only().secure()));

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace indrik::http {

/// What a request's Cookie fields hold, in order. Lifetime: views into the parsed text.
class RequestCookies {
public:
    using Pair = std::pair<std::string_view, std::string_view>;
    using value_type = Pair;
    using const_iterator = std::vector<Pair>::const_iterator;

    std::size_t size() const { return pairs_.size(); }
    bool empty() const { return pairs_.empty(); }
    const_iterator begin() const { return pairs_.begin(); }
    const_iterator end() const { return pairs_.end(); }

    bool contains(std::string_view name) const;
    /// The first of that name: the one with the longest path, as browsers order them.
    std::optional<std::string_view> get(std::string_view name) const;

    /// Adds the pairs of one more field. Pairs without '=' or name, with a name that is no token or
    /// a value with control characters are dropped: one stray cookie of another application must
    /// not lock its owner out. Surrounding quotes are taken off; a semicolon ends a value even
    /// within quotes, as it does for browsers.
    void add(std::string_view field_value);
    /// How many pairs were dropped, those beyond kMaxCookies not counted.
    std::size_t dropped() const { return dropped_; }

private:
    std::vector<Pair> pairs_;
    std::size_t dropped_ = 0;
};

/// Pairs beyond these of one request are dropped.
inline constexpr std::size_t kMaxCookies = 256;

RequestCookies parse_cookies(std::string_view field_value);

enum class SameSite : std::uint8_t { Unset, Strict, Lax, None };

/// A cookie to set. Every setter returns the object.
class Cookie {
public:
    Cookie(std::string name, std::string value)
        : name_(std::move(name)), value_(std::move(value)) {}

    Cookie& path(std::string path) { return path_ = std::move(path), *this; }
    Cookie& domain(std::string domain) { return domain_ = std::move(domain), *this; }
    Cookie& max_age(std::chrono::seconds age) { return max_age_ = age, *this; }
    Cookie& expires(std::time_t time) { return expires_ = time, *this; }
    Cookie& secure(bool on = true) { return secure_ = on, *this; }
    Cookie& http_only(bool on = true) { return http_only_ = on, *this; }
    Cookie& same_site(SameSite value) { return same_site_ = value, *this; }
    Cookie& partitioned(bool on = true) { return partitioned_ = on, *this; }

    const std::string& name() const { return name_; }
    const std::string& value() const { return value_; }
    const std::string& path() const { return path_; }
    const std::string& domain() const { return domain_; }
    std::optional<std::chrono::seconds> max_age() const { return max_age_; }
    std::optional<std::time_t> expires() const { return expires_; }
    bool is_secure() const { return secure_; }
    bool is_http_only() const { return http_only_; }
    SameSite same_site() const { return same_site_; }
    bool is_partitioned() const { return partitioned_; }

    friend bool operator==(const Cookie&, const Cookie&) = default;

private:
    std::string name_;
    std::string value_;
    std::string path_;    // empty: the attribute is left out
    std::string domain_;  // empty: the attribute is left out
    std::optional<std::chrono::seconds> max_age_;
    std::optional<std::time_t> expires_;
    bool secure_ = false;
    bool http_only_ = false;
    bool partitioned_ = false;
    SameSite same_site_ = SameSite::Unset;
};

/// The value of a Set-Cookie field. Errors: std::invalid_argument if the name is no token; if
/// value, path or domain hold what they must not; if SameSite=None or Partitioned lacks Secure; if
/// a name that begins with __Secure- lacks Secure, or one with __Host- lacks Secure or Path=/ or
/// has a Domain.
std::string format_set_cookie(const Cookie& cookie);
/// The value of a Set-Cookie field that deletes a cookie; path and domain must be those it was set
/// with.
std::string format_deleted_cookie(std::string name,
                                  std::string path = "/",
                                  std::string domain = "");

}  // namespace indrik::http
