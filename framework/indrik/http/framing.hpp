#pragma once
// What a complete request head says about its connection and its body: Host, Content-Length,
// Transfer-Encoding, Expect, Connection, Upgrade (RFC 9112 sections 3.2, 6 and 9). Whatever could
// let two servers disagree about where the body ends is refused.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "indrik/core/result.hpp"
#include "indrik/http/errors.hpp"
#include "indrik/http/message.hpp"

namespace indrik::http {

/// Digits only, at most 2^63-1. Errors: BadContentLength.
Result<std::uint64_t> parse_content_length(std::string_view text);

/// Succeeds if the value is `chunked`, in any case. Errors: UnsupportedTransferEncoding if it is a
/// list of other codings that may be meant honestly; BadTransferEncoding if it is malformed, has
/// `chunked` twice or not last, or `identity`, or a name made to look like `chunked`.
Result<> check_transfer_encoding(std::string_view value);

namespace detail {

/// The last Host found well-formed. Clients send the same one again and again.
class KnownHost {
public:
    bool is(std::string_view host) const { return host == std::string_view(text_.data(), size_); }
    void remember(std::string_view host) {
        if (host.size() <= text_.size()) size_ = host.copy(text_.data(), text_.size());
    }

private:
    std::array<char, 56> text_;
    std::size_t size_ = 0;
};

/// check_head for the parser: Error{} says that all is well.
Error check_head(RequestHead& head, KnownHost& known_host);

}  // namespace detail

/// Sets framing, content_length, keep_alive, expect_continue, upgrade and authority of a head whose
/// request line and fields are filled in. Errors: BadHost, BadContentLength, ConflictingLength,
/// BadTransferEncoding, UnsupportedTransferEncoding, UnsupportedExpectation, UpgradeWithBody.
Result<> check_head(RequestHead& head);

}  // namespace indrik::http
