#pragma once
// What a complete response head says about its connection and its body: Content-Length,
// Transfer-Encoding, Connection, Upgrade (RFC 9112 sections 6.3 and 9.3). Whatever could let a
// client and a proxy before it disagree about where the body ends is refused.
//
// The body depends on what was asked for:
//
//   to any method   1xx, 204, 304                none
//   to HEAD         any                          none
//   to CONNECT      2xx                          none: a tunnel begins, and nothing is said of it
//   else            Transfer-Encoding: chunked   chunked
//                   Content-Length               so many bytes
//                   neither                      until the server closes

#include "indrik/core/result.hpp"
#include "indrik/http/errors.hpp"
#include "indrik/http/method.hpp"
#include "indrik/http/response_head.hpp"

namespace indrik::http {

/// Sets framing, content_length, keep_alive and upgrade of a head whose status line and fields are
/// filled in, in answer to a request of that method. Fields that speak of a body are checked also
/// where there is none, but not in a 2xx to CONNECT, where they must be ignored (RFC 9110 section
/// 9.3.6). keep_alive is false also where only the server's closing ends the body, where another
/// protocol or a tunnel begins, and for a 1xx or 204 that announces a body, for the server might send
/// one all the same (of a 1xx this counts for the connection, whatever the next head says).
/// Errors: BadContentLength, ConflictingLength, BadTransferEncoding, UnsupportedTransferEncoding,
/// BadUpgrade.
Result<> check_head(ResponseHead& head, Method request_method);

}  // namespace indrik::http
