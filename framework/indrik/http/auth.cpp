#include "indrik/http/auth.hpp"

#include <cstddef>
#include <stdexcept>

#include "indrik/core/encoding.hpp"
#include "indrik/http/detail/parameters.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

/// What is behind the scheme and its spaces; nothing if it is of another scheme.
std::optional<std::string_view> behind_scheme(std::string_view text, std::string_view scheme) {
    text = trim(text);
    if (text.size() <= scheme.size() || text[scheme.size()] != ' ') return std::nullopt;
    if (!equal_ignoring_case(text.substr(0, scheme.size()), scheme)) return std::nullopt;
    return trim(text.substr(scheme.size()));
}

/// token68 of RFC 9110 section 11.2.
bool is_token68(std::string_view text) {
    const std::size_t end = text.find_last_not_of('=');
    if (end == std::string_view::npos) return false;
    for (const char character : text.substr(0, end + 1)) {
        const bool good = detail::has_class(character, detail::kUnreservedClass) ||
                          character == '+' || character == '/';
        if (!good) return false;
    }
    return true;
}

void require_text(std::string_view text) {
    if (!is_field_value(text)) {
        throw std::invalid_argument("control characters have no place in authentication fields");
    }
}

}  // namespace

std::optional<BasicCredentials> parse_basic(std::string_view authorization) {
    const auto encoded = behind_scheme(authorization, "Basic");
    if (!encoded) return std::nullopt;
    const auto text = base64_decode(*encoded);
    if (!text || !is_field_value(*text)) return std::nullopt;
    const std::size_t colon = text->find(':');
    if (colon == std::string::npos) return std::nullopt;
    return BasicCredentials{text->substr(0, colon), text->substr(colon + 1)};
}

std::string format_basic(std::string_view user_name, std::string_view password) {
    require_text(user_name);
    require_text(password);
    if (user_name.find(':') != std::string_view::npos) {
        throw std::invalid_argument("a user name for Basic authentication holds no colon");
    }
    return "Basic " + base64_encode(std::string(user_name) + ':' + std::string(password));
}

std::optional<std::string_view> parse_bearer(std::string_view authorization) {
    const auto token = behind_scheme(authorization, "Bearer");
    if (!token || !is_token68(*token)) return std::nullopt;
    return token;
}

std::string format_basic_challenge(std::string_view realm) {
    require_text(realm);
    return "Basic realm=" + detail::quote(realm) + ", charset=\"UTF-8\"";
}

std::string format_bearer_challenge(std::string_view realm, std::string_view error) {
    require_text(realm);
    require_text(error);
    std::string text = "Bearer realm=" + detail::quote(realm);
    if (!error.empty()) text += ", error=" + detail::quote(error);
    return text;
}

}  // namespace indrik::http
