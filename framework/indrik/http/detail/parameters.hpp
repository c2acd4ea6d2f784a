#pragma once
// The pieces of which `name=value` parameters are made (RFC 9110 section 5.6).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/http/tokens.hpp"

namespace indrik::http::detail {

/// Cuts a token off the front of `rest`; "" if there is none.
inline std::string_view take_token(std::string_view& rest) {
    std::size_t size = 0;
    while (size < rest.size() && is_token_character(rest[size])) ++size;
    const std::string_view token = rest.substr(0, size);
    rest.remove_prefix(size);
    return token;
}

/// Cuts a quoted string off the front of `rest` and takes its quotes and backslashes away.
/// REQUIRES: rest begins with a quote
inline std::optional<std::string> take_quoted(std::string_view& rest) {
    std::string text;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return text;
        }
        if (rest[i] == '\\' && ++i == rest.size()) break;
        if (has_class(rest[i], kControlClass)) break;
        text += rest[i];
    }
    return std::nullopt;
}

/// Cuts the value of a parameter off the front of `rest`: a token or a quoted string.
inline std::optional<std::string> take_value(std::string_view& rest) {
    if (!rest.empty() && rest.front() == '"') return take_quoted(rest);
    const std::string_view token = take_token(rest);
    if (token.empty()) return std::nullopt;
    return std::string(token);
}

/// `text` between quotes, as take_quoted reads it. REQUIRES: is_field_value(text)
inline std::string quote(std::string_view text) {
    std::string quoted = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\') quoted += '\\';
        quoted += character;
    }
    return quoted += '"';
}

}  // namespace indrik::http::detail
