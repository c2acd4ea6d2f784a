#pragma once
// Where a request goes, taken from a URL (RFC 3986).
//
//   const Target target = parse_websocket_url("wss://user:secret@example.org/chat?room=1");

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace indrik::client {

struct Login {
    std::string user;
    std::string password;
};

/// Value type.
struct Target {
    std::string url;  // as it is said to others: without login and fragment
    bool is_encrypted = false;
    std::string host;  // a name in lower case or an address, without the brackets of IPv6
    std::uint16_t port = 0;
    std::string
        authority;  // for the Host field: with the port, if that is not the scheme's usual one
    std::string request_target;  // path and query, encoded; "/" at least
    std::optional<Login> login;

    /// Whether scheme, host and port are the same.
    bool has_same_origin(const Target& other) const;
};

/// Characters that a URL may not hold, such as spaces and letters beyond ASCII in the path, are encoded where that is unambiguous. Host
/// names beyond ASCII are refused: give them as "xn--...".
/// Schemes are ws and wss, or http and https for the same. Errors: InvalidURL that says what is wrong, and never shows a password.
Target parse_websocket_url(std::string_view url);

/// Where a redirect leads: `location` is a URL or a reference relative to `base`. Errors: InvalidURL, also for another scheme, and for one
/// that leads from an encrypted connection to one that is none.
Target parse_websocket_redirect(const Target& base, std::string_view location);

}  // namespace indrik::client
