#pragma once
// The head of a request after parsing: what came before the body, checked and taken apart.

#include <cstdint>
#include <string_view>

#include "indrik/http/headers.hpp"
#include "indrik/http/method.hpp"
#include "indrik/http/version.hpp"

namespace indrik::http {

/// RFC 9112 section 3.2.
enum class TargetForm : std::uint8_t { Origin, Absolute, Authority, Asterisk };

/// How the end of the body is found (RFC 9112 section 6.3). None: there is no body, also for
/// "Content-Length: 0". UntilClose: all that comes until the peer closes, responses only.
enum class BodyFraming : std::uint8_t { None, ContentLength, Chunked, UntilClose };

/// A parsed request head. Lifetime: all views point into the bytes that were parsed.
struct RequestHead {
    Method method = Method::Get;
    Version version = Version::Http11;
    TargetForm target_form = TargetForm::Origin;
    BodyFraming framing = BodyFraming::None;
    bool keep_alive = true;  // what the peer wants: version and Connection (RFC 9112 section 9.3)
    bool expect_continue = false;  // Expect: 100-continue on HTTP/1.1
    bool upgrade = false;  // Connection: upgrade with an Upgrade field and no body, HTTP/1.1 only
    std::uint64_t content_length = 0;  // more than 0 with BodyFraming::ContentLength, else 0
    std::string_view method_text;
    std::string_view target;  // the whole target as it came
    std::string_view path;    // still percent-encoded; "/" for an empty path, "*" for the asterisk
                              // form, "" for authority
    std::string_view query;   // behind the first '?', without it; still encoded
    std::string_view authority;  // of an absolute or authority target, else the Host field; "" if
                                 // HTTP/1.0 sent none
    Headers headers;

    /// Ready for the next request; keeps capacity.
    void clear() {
        method = Method::Get;
        version = Version::Http11;
        target_form = TargetForm::Origin;
        framing = BodyFraming::None;
        keep_alive = true;
        expect_continue = false;
        upgrade = false;
        content_length = 0;
        method_text = target = path = query = authority = std::string_view();
        headers.clear();
    }
};

}  // namespace indrik::http
