#include "indrik/websocket/extensions.hpp"

#include "indrik/http/detail/parameters.hpp"

namespace indrik::websocket {

namespace {

void skip_blanks(std::string_view& rest) {
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
}

/// Cuts `character` off the front, with the blanks around it.
bool take(std::string_view& rest, char character) {
    skip_blanks(rest);
    if (rest.empty() || rest.front() != character) return false;
    rest.remove_prefix(1);
    skip_blanks(rest);
    return true;
}

std::optional<Extension> take_extension(std::string_view& rest) {
    Extension extension;
    extension.name = http::detail::take_token(rest);
    if (extension.name.empty()) return std::nullopt;
    while (take(rest, ';')) {
        ExtensionParameter parameter;
        parameter.name = http::detail::take_token(rest);
        if (parameter.name.empty()) return std::nullopt;
        if (take(rest, '=')) {
            parameter.value = http::detail::take_value(rest);
            if (!parameter.value || !http::is_token(*parameter.value)) return std::nullopt;
        }
        extension.parameters.push_back(std::move(parameter));
    }
    return extension;
}

}  // namespace

std::optional<std::vector<Extension>> parse_extensions(std::string_view field) {
    std::vector<Extension> extensions;
    skip_blanks(field);
    while (!field.empty()) {
        if (take(field, ',')) continue;  // empty elements are allowed (RFC 9110 section 5.6.1)
        auto extension = take_extension(field);
        if (!extension) return std::nullopt;
        extensions.push_back(std::move(*extension));
        skip_blanks(field);
        if (!field.empty() && !take(field, ',')) return std::nullopt;
    }
    return extensions;
}

}  // namespace indrik::websocket
