#include "indrik/http/quality.hpp"

#include <algorithm>

#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

constexpr unsigned kMaxQuality = 1000;

/// "0", "0.5", "1.000": digits beyond the third are not looked at. Nothing for anything else.
std::optional<std::uint16_t> parse_weight(std::string_view text) {
    if (text.empty() || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    unsigned quality = text[0] == '1' ? kMaxQuality : 0;
    if (text.size() == 1) return static_cast<std::uint16_t>(quality);
    if (text[1] != '.') return std::nullopt;
    unsigned unit = kMaxQuality / 10;
    for (const char character : text.substr(2)) {
        if (!is_digit(character)) return std::nullopt;
        quality += static_cast<unsigned>(character - '0') * unit;
        unit /= 10;
    }
    if (quality > kMaxQuality) return std::nullopt;
    return static_cast<std::uint16_t>(quality);
}

/// Where `text` goes on behind the next `separator` that is not in quotes; npos if nowhere.
std::size_t find_unquoted(std::string_view text, char separator) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (text[i] == '\\' && quoted) ++i;
        if (!quoted && i < text.size() && text[i] == separator) return i;
    }
    return std::string_view::npos;
}

std::string_view take_unquoted(std::string_view& rest, char separator) {
    const std::size_t end = find_unquoted(rest, separator);
    const std::string_view element = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return trim(element);
}

bool is_weight(std::string_view parameter) {
    return parameter.size() >= 2 && to_lower(parameter[0]) == 'q' && parameter[1] == '=';
}

/// False if there is nothing in it or its weight is malformed.
bool parse_element(std::string_view text, Preferences::Element& element) {
    const std::size_t semicolon = text.find(';');
    element = {trim(text.substr(0, semicolon)), {}, kMaxQuality};
    if (element.value.empty()) return false;
    if (semicolon == std::string_view::npos) return true;
    std::string_view rest = text.substr(semicolon + 1);
    const char* end_of_parameters = text.data() + semicolon;
    while (!rest.empty()) {
        const std::string_view parameter = take_unquoted(rest, ';');
        if (is_weight(parameter)) {
            const auto quality = parse_weight(trim(parameter.substr(2)));
            if (!quality) return false;
            element.quality = *quality;
            break;  // what follows would be extensions, which nobody uses
        }
        if (!parameter.empty()) end_of_parameters = parameter.data() + parameter.size();
    }
    const auto end = static_cast<std::size_t>(end_of_parameters - text.data());
    element.parameters = text.substr(semicolon, end - semicolon);
    return true;
}

/// Whether each parameter of the range is one of the offer's.
bool has_parameters(std::string_view offered, std::string_view wanted) {
    while (!wanted.empty()) {
        const std::string_view parameter = take_unquoted(wanted, ';');
        if (parameter.empty()) continue;
        bool found = false;
        for (std::string_view rest = offered; !rest.empty() && !found;) {
            found = equal_ignoring_case(take_unquoted(rest, ';'), parameter);
        }
        if (!found) return false;
    }
    return true;
}

/// How closely an element matches; 0 if not at all.
std::size_t match_media_type(const Preferences::Element& element, std::string_view offer) {
    const std::size_t semicolon = std::min(offer.find(';'), offer.size());
    const std::string_view essence = trim(offer.substr(0, semicolon));
    if (equal_ignoring_case(element.value, essence)) {
        if (!has_parameters(offer.substr(semicolon), element.parameters)) return 0;
        return 3 + element.parameters.size();
    }
    if (!element.parameters.empty()) return 0;
    if (element.value == "*/*") return 1;
    if (element.value.size() < 3 || element.value.substr(element.value.size() - 2) != "/*") {
        return 0;
    }
    const std::string_view type = element.value.substr(0, element.value.size() - 1);
    return equal_ignoring_case(essence.substr(0, type.size()), type) ? 2 : 0;
}

/// Whether `tag` is `prefix`, or goes on behind it with a hyphen.
bool has_language_prefix(std::string_view tag, std::string_view prefix) {
    return equal_ignoring_case(tag.substr(0, prefix.size()), prefix) &&
           (tag.size() == prefix.size() || tag[prefix.size()] == '-');
}

std::size_t match_language(const Preferences::Element& element, std::string_view offer) {
    if (has_language_prefix(offer, element.value)) return 2 + element.value.size();
    if (element.value == "*") return 2;
    return has_language_prefix(element.value, offer) ? 1 : 0;
}

std::size_t match(PreferenceKind kind,
                  const Preferences::Element& element,
                  std::string_view offer) {
    switch (kind) {
        case PreferenceKind::MediaType:
            return match_media_type(element, offer);
        case PreferenceKind::Language:
            return match_language(element, offer);
        case PreferenceKind::Token:
            break;
    }
    if (equal_ignoring_case(element.value, offer)) return 2;
    return element.value == "*" ? 1 : 0;
}

}  // namespace

void Preferences::add(std::string_view text) {
    while (!text.empty() && elements_.size() < kMaxElements) {
        Element element;
        if (parse_element(take_unquoted(text, ','), element)) elements_.push_back(element);
    }
}

std::optional<unsigned> Preferences::find(std::string_view offer) const {
    std::size_t closest = 0;
    std::optional<unsigned> quality;
    for (const Element& element : elements_) {
        const std::size_t closeness = match(kind_, element, offer);
        if (closeness > closest) {
            closest = closeness;
            quality = element.quality;
        }
    }
    return quality;
}

unsigned Preferences::quality(std::string_view offer) const {
    if (elements_.empty()) return kMaxQuality;
    return find(offer).value_or(0);
}

std::optional<std::string_view> Preferences::best_of(
    std::span<const std::string_view> offers) const {
    std::optional<std::string_view> best;
    unsigned best_quality = 0;
    for (const std::string_view offer : offers) {
        const unsigned offered = quality(offer);
        if (offered > best_quality) {
            best = offer;
            best_quality = offered;
        }
    }
    return best;
}

}  // namespace indrik::http
