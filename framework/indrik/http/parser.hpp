#pragma once
// Incremental, strict, zero-copy parser of request heads (RFC 9112 sections 2 to 5).
//
//   RequestParser parser(limits);
//   for (;;) {
//       auto size = parser.parse(buffer.view(), head);       // everything since the head's first
//       byte if (!size) return refuse(size.error()); if (*size != 0) break; // the head is the
//       first *size bytes read_more(buffer);                                    // 0: not complete
//       yet; the buffer may move
//   }
//
// Each line is looked at once, when its end has come, so bytes may arrive in any fragmentation at
// linear cost; what can be refused early is (a too long line, a wrong first byte), so that nobody
// waits for an end that will not come.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "indrik/core/result.hpp"
#include "indrik/http/errors.hpp"
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
};

class RequestParser {
public:
    RequestParser() = default;
    explicit RequestParser(HeadLimits limits) : limits_(limits) {}

    /// Goes on where the last call stopped. `received` holds every byte since the head began, at
    /// this or another address. Returns the size of the head once it is complete, 0 while it is
    /// not. `head` is filled and checked (framing, Host, Expect) only when complete; the parser is
    /// then ready for the next head, and clears `head` itself when it begins one. The same `head`
    /// must be given until then. A few empty lines before the request line are skipped and counted
    /// in the size. Errors: http::Error; the connection must be answered and closed. head.version
    /// is set as far as it was understood.
    Result<std::size_t> parse(std::string_view received, RequestHead& head);

    /// Forgets an unfinished head.
    void reset();

private:
    Error parse_line(const char* line, std::size_t size, std::size_t colon, RequestHead& head);
    Error parse_request_line(std::string_view line, RequestHead& head);

    HeadLimits limits_;
    const char* base_ = nullptr;  // where the head lay at the last call
    std::size_t line_ = 0;        // offset of the line that comes next
    std::size_t scanned_ = 0;     // no line end before this offset, but behind line_
    std::uint32_t fields_ = 0;    // field lines so far, dropped ones included
    bool in_fields_ = false;      // the request line is done
};

}  // namespace indrik::http
