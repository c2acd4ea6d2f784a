#include "indrik/client/url.hpp"

#include <algorithm>

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include "indrik/client/errors.hpp"
#include "indrik/core/strings.hpp"
#include "indrik/http/authority.hpp"

namespace indrik::client {
namespace {

namespace urls = boost::urls;

constexpr std::size_t kMaxURLBytes = 64 * 1024;
constexpr std::uint16_t kPlainPort = 80;
constexpr std::uint16_t kEncryptedPort = 443;

bool is_to_be_encoded(unsigned char byte) {
    return byte <= 0x20 || byte >= 0x7f ||
           std::string_view("\"<>[\\]^`{|}").find(static_cast<char>(byte)) !=
               std::string_view::npos;
}

/// What stands behind the authority, with everything encoded that must be; what is encoded already stays.
std::string encode_rest(std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (is_to_be_encoded(byte)) {
            encoded += '%';
            encoded += kDigits[byte >> 4];
            encoded += kDigits[byte & 15];
        } else {
            encoded += character;
        }
    }
    return encoded;
}

/// White space around it goes, as browsers do; in the middle it is encoded, but never in the host.
std::string tidy(std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::size_t begin =
        scheme == std::string_view::npos ? 0 : url.find_first_of("/?#", scheme + 3);
    if (begin == std::string_view::npos) return std::string(url);
    return std::string(url.substr(0, begin)) + encode_rest(url.substr(begin));
}

/// For messages: short, and without a password.
std::string shown(std::string_view url) {
    constexpr std::size_t kShownBytes = 200;
    const std::size_t scheme = url.find("://");
    const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t login_end = url.substr(0, url.find_first_of("/?#", host)).rfind('@');
    if (login_end != std::string_view::npos && login_end >= host)
        return std::string(url.substr(0, host)) + "***@" + shown(url.substr(login_end + 1));
    return std::string(url.substr(0, kShownBytes)) + (url.size() > kShownBytes ? "..." : "");
}

std::string host_of(const urls::url_view& url) {
    if (url.host_type() == urls::host_type::ipv6) return std::string(url.encoded_host_address());
    std::string host = url.host();
    return to_lower(host);
}

std::string check_host(const urls::url_view& url, std::string_view shown_url) {
    std::string host = host_of(url);
    const std::string bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (host.empty()) throw InvalidURL(shown(shown_url), "has no host");
    if (!http::parse_authority(bracketed))
        throw InvalidURL(shown(shown_url), "has a host that is neither a name nor an address");
    return host;
}

/// What Basic authentication can say (RFC 7617 section 2).
Login to_login(const urls::url_view& url, std::string_view shown_url) {
    Login login{url.user(), url.password()};
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    const bool has_controls = std::any_of(login.user.begin(), login.user.end(), is_control) ||
                              std::any_of(login.password.begin(), login.password.end(), is_control);
    if (has_controls || login.user.find(':') != std::string::npos)
        throw InvalidURL(shown(shown_url), "has a login that cannot be sent");
    return login;
}

Target to_target(const urls::url_view& url, std::string_view shown_url) {
    Target target;
    const std::string scheme = to_lower(std::string(url.scheme()));
    target.is_encrypted = scheme == "wss" || scheme == "https";
    const bool is_known = target.is_encrypted || scheme == "ws" || scheme == "http";
    if (!is_known) throw InvalidURL(shown(shown_url), "must begin with ws:// or wss://");
    // Boost.URL 1.81 takes "a:x" for the host a and a path x.
    const bool is_rooted = url.encoded_path().empty() || url.encoded_path().starts_with('/');
    if (!is_rooted) throw InvalidURL(shown(shown_url), "is malformed");
    target.host = check_host(url, shown_url);
    const std::uint16_t usual_port = target.is_encrypted ? kEncryptedPort : kPlainPort;
    target.port = usual_port;
    if (url.has_port() && !url.port().empty()) {
        target.port = url.port_number();
        if (target.port == 0)
            throw InvalidURL(shown(shown_url), "has a port that is no number from 1 to 65535");
    }
    target.authority =
        target.host.find(':') == std::string::npos ? target.host : "[" + target.host + "]";
    if (target.port != usual_port) target.authority += ":" + std::to_string(target.port);
    target.request_target = std::string(url.encoded_path());
    if (target.request_target.empty()) target.request_target = "/";
    if (url.has_query())
        target.request_target.append("?").append(std::string_view(url.encoded_query()));
    target.url =
        (target.is_encrypted ? "wss://" : "ws://") + target.authority + target.request_target;
    if (url.has_userinfo()) target.login = to_login(url, shown_url);
    return target;
}

}  // namespace

bool Target::has_same_origin(const Target& other) const {
    return is_encrypted == other.is_encrypted && host == other.host && port == other.port;
}

Target parse_websocket_url(std::string_view text) {
    if (text.size() > kMaxURLBytes) throw InvalidURL(shown(text), "is too long");
    const std::string tidied = tidy(text);
    const auto url = urls::parse_uri(tidied);
    if (!url) throw InvalidURL(shown(text), "is malformed");
    return to_target(*url, text);
}

Target parse_websocket_redirect(const Target& base, std::string_view location) {
    if (location.size() > kMaxURLBytes) throw InvalidURL(shown(location), "is too long");
    const std::string tidied =
        location.find("://") == std::string_view::npos ? encode_rest(location) : tidy(location);
    const auto reference = urls::parse_uri_reference(tidied);
    const auto start = urls::parse_uri(base.url);
    if (!reference || !start) throw InvalidURL(shown(location), "of a redirect is malformed");
    urls::url resolved;
    if (!urls::resolve(*start, *reference, resolved))
        throw InvalidURL(shown(location), "of a redirect is malformed");
    Target target = parse_websocket_url(std::string_view(resolved.buffer()));
    if (base.is_encrypted && !target.is_encrypted)
        throw InvalidURL(shown(location),
                         "of a redirect leads to a connection that is not encrypted");
    return target;
}

}  // namespace indrik::client
