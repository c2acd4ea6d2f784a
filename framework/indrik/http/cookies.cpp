#include "indrik/http/cookies.hpp"

#include <algorithm>
#include <stdexcept>

#include "indrik/http/dates.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

std::string_view unquote(std::string_view value) {
    const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    return quoted ? value.substr(1, value.size() - 2) : value;
}

bool has_prefix(std::string_view name, std::string_view prefix) {
    return equal_ignoring_case(name.substr(0, prefix.size()), prefix);
}

bool is_domain(std::string_view domain) {
    if (domain.front() == '.') domain.remove_prefix(1);
    if (domain.empty() || domain.front() == '-' || domain.back() == '-') return false;
    if (domain.find("..") != std::string_view::npos || domain.front() == '.') return false;
    return std::all_of(domain.begin(), domain.end(), [](char character) {
        const char lower = to_lower(character);
        return is_digit(lower) || (lower >= 'a' && lower <= 'z') || lower == '-' || lower == '.';
    });
}

[[noreturn]] void refuse(const Cookie& cookie, const char* reason) {
    throw std::invalid_argument("cookie '" + cookie.name() + "': " + reason);
}

void check_text(const Cookie& cookie) {
    if (!is_token(cookie.name())) refuse(cookie, "the name is not a token");
    if (!is_cookie_value(unquote(cookie.value()))) {
        refuse(cookie,
               "the value holds a space, quote, comma, semicolon, backslash, control or non-ASCII "
               "character; encode it, for example with percent_encode");
    }
    const std::string& path = cookie.path();
    if (!path.empty()) {
        const bool good =
            path.front() == '/' && path.find(';') == std::string::npos && is_field_value(path);
        if (!good) refuse(cookie, "the path does not begin with '/' or holds ';' or controls");
    }
    if (!cookie.domain().empty() && !is_domain(cookie.domain())) {
        refuse(cookie, "the domain is not a host name");
    }
}

void check_rules(const Cookie& cookie) {
    const bool secure = cookie.is_secure();
    if (cookie.same_site() == SameSite::None && !secure)
        refuse(cookie, "SameSite=None needs Secure");
    if (cookie.is_partitioned() && !secure) refuse(cookie, "Partitioned needs Secure");
    if (has_prefix(cookie.name(), "__Secure-") && !secure) refuse(cookie, "__Secure- needs Secure");
    if (has_prefix(cookie.name(), "__Host-")) {
        const bool good = secure && cookie.path() == "/" && cookie.domain().empty();
        if (!good) refuse(cookie, "__Host- needs Secure, Path=/ and no Domain");
    }
}

}  // namespace

bool RequestCookies::contains(std::string_view name) const {
    return get(name).has_value();
}

std::optional<std::string_view> RequestCookies::get(std::string_view name) const {
    for (const Pair& pair : pairs_) {
        if (pair.first == name) return pair.second;
    }
    return std::nullopt;
}

void RequestCookies::add(std::string_view field_value) {
    while (!field_value.empty() && pairs_.size() < kMaxCookies) {
        const std::string_view pair = take_element(field_value, ';');
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string_view name = trim(pair.substr(0, equals));
        const std::string_view value =
            unquote(trim(pair.substr(std::min(equals + 1, pair.size()))));
        if (equals != pair.size() && is_token(name) && is_field_value(value)) {
            pairs_.emplace_back(name, value);
        } else {
            ++dropped_;
        }
    }
}

RequestCookies parse_cookies(std::string_view field_value) {
    RequestCookies cookies;
    cookies.add(field_value);
    return cookies;
}

std::string format_set_cookie(const Cookie& cookie) {
    check_text(cookie);
    check_rules(cookie);
    constexpr std::size_t kAttributes = 160;  // the names of all, a date and a number
    std::string text;
    text.reserve(cookie.name().size() + cookie.value().size() + cookie.domain().size() +
                 cookie.path().size() + kAttributes);
    text += cookie.name();
    text += '=';
    text += cookie.value();
    if (!cookie.domain().empty()) text += "; Domain=" + cookie.domain();
    if (!cookie.path().empty()) text += "; Path=" + cookie.path();
    if (cookie.expires()) text += "; Expires=" + format_date(*cookie.expires());
    if (cookie.max_age()) text += "; Max-Age=" + std::to_string(cookie.max_age()->count());
    if (cookie.is_secure()) text += "; Secure";
    if (cookie.is_http_only()) text += "; HttpOnly";
    switch (cookie.same_site()) {
        case SameSite::Unset:
            break;
        case SameSite::Strict:
            text += "; SameSite=Strict";
            break;
        case SameSite::Lax:
            text += "; SameSite=Lax";
            break;
        case SameSite::None:
            text += "; SameSite=None";
            break;
    }
    if (cookie.is_partitioned()) text += "; Partitioned";
    return text;
}

std::string format_deleted_cookie(std::string name, std::string path, std::string domain) {
    // Browsers ignore a deletion that breaks the rules of its name's prefix.
    const bool secure = has_prefix(name, "__Host-") || has_prefix(name, "__Secure-");
    Cookie cookie(std::move(name), "");
    cookie.path(std::move(path)).domain(std::move(domain)).secure(secure);
    return format_set_cookie(cookie.max_age(std::chrono::seconds(0)).expires(0));
}

}  // namespace indrik::http
