#pragma once
// The authority of a URI, host and port (RFC 3986 section 3.2), as it stands in Host fields and
// request targets.

#include <optional>
#include <string_view>

namespace indrik::http {

/// Lifetime: views into the parsed text.
struct Authority {
    std::string_view host;  // a name, an IPv4 address, or an IPv6 address with its brackets
    std::string_view port;  // digits, at most 65535; "" if there is none
};

/// Nothing if the text is not `host [":" port]`: user information, an empty host, zone identifiers
/// and addresses of unknown kind are refused.
std::optional<Authority> parse_authority(std::string_view text);

/// The same host without regard to case, and the same port; `default_port` stands for a missing
/// one.
bool is_same_authority(const Authority& left,
                       const Authority& right,
                       std::string_view default_port);

}  // namespace indrik::http
