#include "indrik/http/mime.hpp"

#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

std::string to_lower(std::string_view text) {
    std::string lower(text);
    for (char& character : lower) character = http::to_lower(character);
    return lower;
}

/// Cuts a token off the front of `rest`.
std::string_view take_token(std::string_view& rest) {
    std::size_t size = 0;
    while (size < rest.size() && is_token_character(rest[size])) ++size;
    const std::string_view token = rest.substr(0, size);
    rest.remove_prefix(size);
    return token;
}

/// Cuts a quoted string off the front of `rest` and takes its quotes and backslashes away.
std::optional<std::string> take_quoted(std::string_view& rest) {
    std::string text;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return text;
        }
        if (rest[i] == '\\' && ++i == rest.size()) break;
        if (detail::has_class(rest[i], detail::kControlClass)) break;
        text += rest[i];
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> MediaType::parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters_) {
        if (equal_ignoring_case(key, name)) return value;
    }
    return std::nullopt;
}

std::string MediaType::charset() const {
    return to_lower(parameter("charset").value_or(""));
}

bool MediaType::is_json() const {
    const std::string_view kind = subtype();
    constexpr std::string_view kSuffix = "+json";
    return essence_ == "application/json" ||
           (kind.size() > kSuffix.size() && kind.substr(kind.size() - kSuffix.size()) == kSuffix);
}

std::optional<MediaType> parse_media_type(std::string_view text) {
    std::string_view rest = trim(text);
    MediaType media_type;
    const std::string_view type = take_token(rest);
    if (type.empty() || rest.empty() || rest.front() != '/') return std::nullopt;
    rest.remove_prefix(1);
    const std::string_view subtype = take_token(rest);
    if (subtype.empty()) return std::nullopt;
    media_type.essence_ = to_lower(type) + '/' + to_lower(subtype);
    media_type.slash_ = type.size();
    for (rest = trim(rest); !rest.empty(); rest = trim(rest)) {
        if (rest.front() != ';') return std::nullopt;
        rest = trim(rest.substr(1));
        if (rest.empty() || rest.front() == ';') continue;
        const std::string_view name = take_token(rest);
        if (name.empty() || rest.empty() || rest.front() != '=') return std::nullopt;
        rest.remove_prefix(1);
        std::string value;
        if (!rest.empty() && rest.front() == '"') {
            auto quoted = take_quoted(rest);
            if (!quoted) return std::nullopt;
            value = std::move(*quoted);
        } else {
            value = take_token(rest);
            if (value.empty()) return std::nullopt;
        }
        if (media_type.parameter(name)) continue;
        media_type.parameters_.emplace_back(to_lower(name), std::move(value));
    }
    return media_type;
}

bool is_media_type(std::string_view text, std::string_view essence) {
    return equal_ignoring_case(trim(text.substr(0, text.find(';'))), essence);
}

}  // namespace indrik::http
