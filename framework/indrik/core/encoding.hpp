#pragma once
// Bytes as text: Base64 and Base16 (RFC 4648), and text of other charsets as UTF-8.

#include <optional>
#include <string>
#include <string_view>

namespace indrik {

/// With padding.
std::string base64_encode(std::string_view bytes);
/// Strict: padding is required, white space and stray bits are refused. Nothing for text that is no Base64.
std::optional<std::string> base64_decode(std::string_view text);

/// With '-' and '_' in the place of '+' and '/', for addresses and cookies (RFC 4648 section 5); without padding unless asked for.
std::string base64url_encode(std::string_view bytes, bool with_padding = false);
/// Strict but for the padding, which may be there or not.
std::optional<std::string> base64url_decode(std::string_view text);

/// Two lower-case digits a byte.
std::string hex_encode(std::string_view bytes);

/// ISO 8859-1, whose bytes are code points, as UTF-8.
std::string latin1_to_utf8(std::string_view text);

}  // namespace indrik
