#include "indrik/http/mime.hpp"

#include "indrik/http/detail/parameters.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

std::string to_lower(std::string_view text) {
    std::string lower(text);
    for (char& character : lower) character = http::to_lower(character);
    return lower;
}

using detail::take_token;

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
        auto value = detail::take_value(rest);
        if (!value) return std::nullopt;
        if (media_type.parameter(name)) continue;
        media_type.parameters_.emplace_back(to_lower(name), std::move(*value));
    }
    return media_type;
}

bool is_media_type(std::string_view text, std::string_view essence) {
    return equal_ignoring_case(trim(text.substr(0, text.find(';'))), essence);
}

}  // namespace indrik::http
