#pragma once
// Incremental, strict, zero-copy parser of response heads (RFC 9112 sections 2, 4 and 5): the
// client's side.
//
//   ResponseParser parser(limits);
//   parser.set_request_method(Method::Head);            // what the response answers
//   for (;;) {
//       auto size = parser.parse(buffer.view(), head);  // everything since the head's first byte
//       if (!size) return give_up(size.error());
//       if (*size != 0) break;                          // the head is the first *size bytes
//       read_more(buffer);                              // not complete yet; the buffer may move
//   }
//
// A 1xx is a head like any other: unless it is 101, another one follows behind it.
//
// As with requests (http/parser.hpp) each line is looked at once, when its end has come, the
// outcome does not depend on the fragmentation, and what cannot become better is refused early.
//
// Strict: CRLF only, no folding, no white space around names, no empty line before the status line,
// and nothing that leaves the end of the body in doubt (http/response_framing.hpp). Tolerant where
// real servers need it: the reason may be absent together with its space, a status may be any
// number from 100 to 999, names may hold '_', values and reasons any byte from 0x80 on. Of fields
// that should come once only those are refused twice that say where the body ends, what part it is,
// or where to go next: Content-Length, Transfer-Encoding, Content-Range, Location.

#include <cstddef>
#include <string_view>

#include "indrik/core/result.hpp"
#include "indrik/http/detail/head_cursor.hpp"
#include "indrik/http/errors.hpp"
#include "indrik/http/method.hpp"
#include "indrik/http/response_head.hpp"

namespace indrik::http {

/// Limits on a response head. Units: bytes, but for `fields`.
struct ResponseLimits {
    std::size_t status_line_bytes = 8190;  // without CRLF
    std::size_t fields = 128;
    std::size_t field_bytes = 8190;  // one field line without CRLF
    std::size_t head_bytes = 65536;  // all of it, CRLFs included
};

class ResponseParser {
public:
    ResponseParser() = default;
    explicit ResponseParser(ResponseLimits limits) : limits_(limits) {}

    /// The method of the request that the next head answers, on which its body depends; stays until
    /// it is set again. Default: GET. REQUIRES: called before the head is complete.
    void set_request_method(Method method) { request_method_ = method; }

    /// Goes on where the last call stopped. `received` holds every byte since the head began, at
    /// this or another address. Returns the size of the head once it is complete, 0 while it is
    /// not. `head` is cleared when a new head begins, must be the same until that is complete, and
    /// is filled and checked (framing, connection) only then; the parser is then ready for the next
    /// head.
    /// Errors: http::Error; the connection must be closed. The parser is then ready for another.
    Result<std::size_t> parse(std::string_view received, ResponseHead& head);

    /// Forgets an unfinished head; the request's method stays.
    void reset();

private:
    Result<std::size_t> wait_or_fail(Error error);
    void begin(const char* base, ResponseHead& head);
    bool take_status_line(std::string_view received, ResponseHead& head, Error& error);
    Error add_field(std::string_view line, ResponseHead& head);

    ResponseLimits limits_;
    Method request_method_ = Method::Get;
    const char* base_ = nullptr;  // where the head lay at the last call
    detail::HeadCursor cursor_{limits_.head_bytes};
    std::size_t fields_ = 0;  // field lines so far
    bool in_fields_ = false;  // the status line is done
};

}  // namespace indrik::http
