#pragma once
// Who the client is when the request came through proxies: Forwarded (RFC 7239) and
// X-Forwarded-For, -Proto and -Host, believed as far as the chain of proxies is trusted.
//
//   const TrustedProxies proxies = TrustedProxies::parse("127.0.0.1,::1,10.0.0.0/8").value();
//   auto client = resolve_client(headers, peer, proxies, ForwardedHeaders::XForwarded);
//   if (!client) ...                                           // 400
//   client->remote;  client->scheme;  client->host;            // "" where nobody said anything
//
// The chain is walked from its end, which the proxy next to us wrote, towards its beginning, which
// anybody may have written. The first address that is not a trusted proxy's is the client's;
// nothing before it is looked at, but that it must be well formed.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/result.hpp"
#include "indrik/http/errors.hpp"
#include "indrik/http/headers.hpp"
#include "indrik/http/ip_network.hpp"

namespace indrik::http {

/// Which peers may say for whom they speak.
class TrustedProxies {
public:
    /// Nobody but peers on Unix sockets, to whom the file system says who they are.
    TrustedProxies() = default;
    /// Addresses and networks between commas, "*" for everybody, "unix" for those who are trusted
    /// anyhow; spaces do not matter. Errors: std::errc::invalid_argument for anything else, and for
    /// networks with bits set beyond their prefix.
    static Result<TrustedProxies> parse(std::string_view list);

    /// `peer`: an address without port or brackets; "" for a peer on a Unix socket.
    bool trusts(std::string_view peer) const;
    bool trusts(const IPAddress& address) const;
    bool trusts_everybody() const { return everybody_; }

private:
    bool everybody_ = false;
    std::vector<IPNetwork> networks_;
};

/// Which of the two the proxies write. One only: proxies pass on what they do not know, so that the
/// other one is the client's own.
enum class ForwardedHeaders : std::uint8_t { XForwarded, Forwarded };

/// Empty where no trusted proxy said anything.
struct ForwardedClient {
    std::string remote;  // an IP address; or what the proxy calls the client ("unknown", "_hidden")
    std::string scheme;  // "http" or "https"
    std::string host;    // with the port, if it was given

    friend bool operator==(const ForwardedClient&, const ForwardedClient&) = default;
};

/// `peer` as in TrustedProxies::trusts. If it is not trusted the fields are not looked at, and the
/// answer is empty. X-Forwarded-Proto and -Host go with X-Forwarded-For element by element if they
/// have as many; otherwise their last one counts. Errors: BadForwarded, rather than take the proxy
/// for the client.
Result<ForwardedClient> resolve_client(const Headers& headers,
                                       std::string_view peer,
                                       const TrustedProxies& proxies,
                                       ForwardedHeaders kind);

/// One hop of a Forwarded field; "" for what it does not say. Other parameters are dropped.
struct ForwardedElement {
    std::string by;
    std::string for_node;
    std::string host;
    std::string proto;

    friend bool operator==(const ForwardedElement&, const ForwardedElement&) = default;
};

inline constexpr std::size_t kMaxForwardedElements = 100;

/// Errors: BadForwarded if it is malformed, repeats a parameter within an element, or has too many
/// elements.
Result<std::vector<ForwardedElement>> parse_forwarded(std::string_view text);

/// A node of the chain, with or without port: 192.0.2.1:80, [2001:db8::1]:80, 2001:db8::1, unknown,
/// _hidden.
struct ForwardedNode {
    std::string_view name;             // without brackets and port; a view into the text
    std::optional<IPAddress> address;  // nothing for "unknown" and for obfuscated names
};

/// Nothing if it is none.
std::optional<ForwardedNode> parse_forwarded_node(std::string_view text);

}  // namespace indrik::http
