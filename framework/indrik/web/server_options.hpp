#pragma once
// The limits and timeouts of a server. Every wait has one, every buffer has one; the defaults are safe on the open internet.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "indrik/core/logging.hpp"
#include "indrik/http/forwarded.hpp"
#include "indrik/http/parser.hpp"
#include "indrik/net/proxy_protocol.hpp"

namespace indrik::net {
class TLSContext;
}

namespace indrik::web {

class AccessLogger;
class RequestObserver;

/// Connections from these addresses begin with a PROXY protocol header, before TLS or HTTP; those from others must not.
struct ProxyProtocolOptions {
    http::TrustedProxies allow_from;
    net::ProxyOptions header;
};

/// A timeout of zero means no limit.
struct ServerOptions {
    http::HeadLimits head;  // request line 8190, 128 fields of 8190 bytes: 414, 431
    std::uint64_t body_limit_bytes = 1024 * 1024;  // beyond: 413
    bool auto_decompress =
        true;  // request bodies with a Content-Encoding; limits count what comes of them
    std::string upload_directory;  // for large files of forms; empty: TMPDIR or /tmp
    // Who a header announces is the connection's peer in all that follows: request.remote(), the access log, and
    // forwarded_allow_ips. Nothing: no connection begins with a header.
    std::optional<ProxyProtocolOptions> proxy_protocol;
    // The proxies that may say for whom they ask, in the fields that they write; nothing: nobody is asked.
    std::optional<http::TrustedProxies> forwarded_allow_ips;
    http::ForwardedHeaders forwarded_headers = http::ForwardedHeaders::XForwarded;
    std::chrono::milliseconds header_timeout{
        10'000};  // first byte of a request (or connect) to the end of its head
    std::chrono::milliseconds body_timeout{30'000};        // while the peer sends nothing
    std::chrono::milliseconds keep_alive_timeout{75'000};  // idle between two requests
    std::chrono::milliseconds write_timeout{
        30'000};  // without progress while the peer does not read
    // Bytes a second. A peer that stays below uses up the timeout, however often it sends or takes a few bytes; 0: each byte renews
    // the timeout.
    std::uint64_t minimum_body_rate = 240;
    std::uint64_t minimum_write_rate = 240;
    std::chrono::milliseconds linger_timeout{
        2'000};  // draining what the peer still sends after a final response
    // Whoever comes beyond a limit is answered with 503 and Retry-After.
    std::size_t max_connections = 0;  // open at once; 0: as many as descriptors allow, others wait
    std::size_t max_connections_per_address = 0;  // 0: no limit; see Admission
    std::size_t accept_batch = 64;                // connections accepted in one loop turn
    std::string server_name = "indrik";           // the Server field; empty leaves it out
    AccessLogger* access_log = nullptr;           // outlives the server; none by default
    std::vector<RequestObserver*> observers;      // outlive the server; none by default
    Logger log = Logger::null();                  // for what goes wrong
    // Names with '_' that only proxies of forwarded_allow_ips may send, whatever head.underscore_names says of others.
    std::vector<std::string> gateway_fields;
    bool uses_sendfile = true;
    std::shared_ptr<net::TLSContext>
        tls;             // a server's; all connections are encrypted if there is one
    bool debug = false;  // show exceptions to clients
};

/// Counters of a server since it started; plain numbers, written by the loop.
struct ServerStatistics {
    std::uint64_t accepted = 0;     // connections
    std::uint64_t connections = 0;  // open now
    std::uint64_t turned_away = 0;  // of the accepted ones, because there were too many
    std::uint64_t requests = 0;     // answered
    std::uint64_t in_flight = 0;    // being answered now
};

}  // namespace indrik::web
