#pragma once
// Incremental, strict, zero-copy parser of request heads (RFC 9112 sections 2 to 5).
//
//   RequestParser parser(limits);
//   for (;;) {
//       auto size = parser.parse(buffer.view(), head);  // everything since the head's first byte
//       if (!size) return refuse(size.error());
//       if (*size != 0) break;                          // the head is the first *size bytes
//       read_more(buffer);                              // not complete yet; the buffer may move
//   }
//
// Each line is looked at once, when its end has come, so bytes may arrive in any fragmentation at
// linear cost. The outcome does not depend on the fragmentation. What cannot become better is
// refused early (a line too long, a first byte that begins no method, a control character), so that
// nobody waits for an end that will not come.
//
// Strict: CRLF only, no folding, no white space around names, one Host, and nothing that could let
// two servers disagree about where a message ends (http/framing.hpp). Tolerant where real clients
// need it: a target may hold { } | ^ and ` unencoded, as browsers send them, and values any byte
// from 0x80 on.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/result.hpp"
#include "indrik/http/detail/head_cursor.hpp"
#include "indrik/http/errors.hpp"
#include "indrik/http/framing.hpp"
#include "indrik/http/message.hpp"

namespace indrik::http {

/// What happens to fields whose names hold '_'. A server behind a gateway that turns '-' into '_'
/// (CGI, WSGI) could be lied to by them, which is why gunicorn drops them; some real clients send
/// them, which is why they are not refused.
enum class UnderscoreNames : std::uint8_t { Drop, Refuse, Keep };

/// Limits on a request head. Units: bytes, but for `fields`.
struct HeadLimits {
    std::size_t request_line_bytes = 8190;  // without CRLF; beyond: 414
    std::size_t fields = 128;               // beyond: 431
    std::size_t field_bytes = 8190;         // one field line without CRLF; beyond: 431
    std::size_t head_bytes = 65536;         // all of it, CRLFs included; beyond: 431
    UnderscoreNames underscore_names = UnderscoreNames::Drop;
    // Names with '_' that come through all the same, in any letter case, for whoever knows whether this peer may send them;
    // has_gateway_fields() tells that there are some. Null: none. Lifetime: outlives the parser.
    const std::vector<std::string>* gateway_fields = nullptr;
};

class RequestParser {
public:
    RequestParser() = default;
    explicit RequestParser(HeadLimits limits) : limits_(limits) {}

    /// Goes on where the last call stopped. `received` holds every byte since the head began, at
    /// this or another address. Returns the size of the head once it is complete, 0 while it is
    /// not. `head` is cleared when a new head begins, must be the same until that is complete, and
    /// is filled and checked (framing, Host, Expect) only then; the parser is then ready for the
    /// next head. A few empty lines before the request line are skipped and counted in the size.
    /// Errors: http::Error; the connection must be answered and closed. head.version is set as far
    /// as it was understood.
    Result<std::size_t> parse(std::string_view received, RequestHead& head);

    /// Whether the last complete head holds some of HeadLimits::gateway_fields.
    bool has_gateway_fields() const { return has_gateway_fields_; }

    /// Forgets an unfinished head.
    void reset();

private:
    Result<std::size_t> wait_or_fail(Error error);
    void begin(const char* base, RequestHead& head);
    bool skip_empty_lines(std::string_view received, Error& error);
    bool is_gateway_field(std::string_view name) const;
    Error add_field(std::string_view line, RequestHead& head);

    HeadLimits limits_;
    const char* base_ = nullptr;  // where the head lay at the last call
    detail::HeadCursor cursor_{limits_.head_bytes};
    std::size_t request_line_ = 0;  // offset of the request line, once in_fields_
    std::size_t request_line_size_ = 0;
    std::size_t fields_ = 0;  // field lines so far, dropped ones included
    bool in_fields_ = false;  // the request line is done
    bool has_gateway_fields_ = false;
    detail::KnownHost known_host_;
};

}  // namespace indrik::http
