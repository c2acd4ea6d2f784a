#pragma once
// What came over the wire as text that JSON can hold.

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace httpbin {

/// Whether `bytes` are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view bytes);

/// UTF-8 as it is; anything else byte by byte as ISO 8859-1, which every byte is.
std::string as_text(std::string_view bytes);

/// UTF-8 as it is; anything else as a data URL (RFC 2397).
std::string as_text_or_data_url(std::string_view bytes,
                                std::string_view type = "application/octet-stream");

/// The usual spelling of a field name: "Content-Type" for "content-type".
std::string title_case(std::string_view name);

/// All of `text` as a number, or nothing.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stopped != end) return std::nullopt;
    return number;
}

}  // namespace httpbin
