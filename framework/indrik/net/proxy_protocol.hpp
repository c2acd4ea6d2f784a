#pragma once
// The PROXY protocol, versions 1 and 2: a proxy tells in front of the connection's own bytes who is at its other end
// (HAProxy's specification, doc/proxy-protocol.txt).
//
//   ProxyHeader header;
//   const Result<std::size_t> size = parse_proxy_header(input, header);   // 0: not all of it has come
//   if (!size) ...close: there is nobody to answer...
//
// Only to be read from addresses that belong to the proxy: anybody can write such a header.

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include "indrik/core/result.hpp"
#include "indrik/core/task.hpp"
#include "indrik/net/endpoint.hpp"

namespace indrik::net {

class Stream;

enum class ProxyError {
    BadSignature =
        1,    // begins neither as version 1 nor as version 2, or as one that is not allowed
    BadLine,  // version 1: not one of the forms allowed, or malformed addresses or ports
    TooLong,  // version 1: no line end within 107 bytes; version 2: longer than the limit
    UnsupportedVersion,  // version 2: another version, or an unknown command
    BadFamily,           // version 2: an address family or transport that does not exist
    BadLength,           // version 2: too short for its addresses
    BadTLV,              // version 2: what is behind the addresses is malformed
    BadChecksum,         // version 2: damaged
    Incomplete,          // the connection ended within the header
    NeverBegun,          // the connection ended before the header
    Forbidden,           // a header from somebody who must not send one
};

const std::error_category& proxy_category();
std::error_code make_error_code(ProxyError error);

struct ProxyHeader {
    int version = 0;
    /// The proxy speaks for itself (health checks), or does not know or cannot say the addresses: those of the connection count.
    bool is_local = false;
    /// The client speaks TLS with the proxy (version 2, if the proxy tells).
    bool is_encrypted = false;
    Endpoint source;
    Endpoint destination;
};

struct ProxyOptions {
    bool accepts_v1 = true;
    bool accepts_v2 = true;
    std::size_t max_bytes = 4096;  // of a header of version 2
};

/// Parses the header at the front of `input` and returns its size; 0 if `input` is the beginning of a header. Whatever cannot
/// become a header any more is refused at once. Errors: ProxyError.
Result<std::size_t> parse_proxy_header(std::string_view input,
                                       ProxyHeader& header,
                                       const ProxyOptions& options = {});

/// How many more bytes belong to the header for certain: so many may be read without reading beyond it. REQUIRES: `input` is
/// the beginning of a header.
std::size_t missing_proxy_bytes(std::string_view input);

/// Reads a header from the stream, and nothing behind it. A deadline is the caller's: cancel the task or the stream.
/// Lifetime: the stream outlives the await. Errors: std::system_error with ProxyError, or why reading failed.
Task<ProxyHeader> receive_proxy_header(Stream& stream, ProxyOptions options);

/// For a peer that must not send a header: reads until it is clear that this is none (mostly one byte would do), and returns what
/// was read. Lifetime and deadline as above. Errors: ProxyError::Forbidden if it is one, or why reading failed.
Task<std::string> receive_no_proxy_header(Stream& stream);

}  // namespace indrik::net

template <>
struct std::is_error_code_enum<indrik::net::ProxyError> : std::true_type {};
