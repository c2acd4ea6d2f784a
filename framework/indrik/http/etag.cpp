#include "indrik/http/etag.hpp"

#include <algorithm>
#include <stdexcept>

#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

/// etagc: visible ASCII but for the quote, and whatever is beyond ASCII.
bool is_tag_character(char character) {
    const auto code = static_cast<unsigned char>(character);
    return code > 0x20 && code != '"' && code != 0x7f;
}

bool is_tag_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_tag_character);
}

void skip_commas(std::string_view& rest) {
    rest = trim(rest);
    while (!rest.empty() && rest.front() == ',') rest = trim(rest.substr(1));
}

/// Cuts an entity tag off the front of `rest`, which is left alone if there is none.
std::optional<EntityTag> take_tag(std::string_view& rest) {
    std::string_view text = rest;
    EntityTag tag;
    tag.weak = text.substr(0, 2) == "W/";
    if (tag.weak) text.remove_prefix(2);
    if (text.empty() || text.front() != '"') return std::nullopt;
    const std::size_t end = text.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    tag.opaque = text.substr(1, end - 1);
    if (!is_tag_text(tag.opaque)) return std::nullopt;
    rest = text.substr(end + 1);
    return tag;
}

}  // namespace

std::optional<EntityTag> parse_entity_tag(std::string_view text) {
    std::string_view rest = trim(text);
    const auto tag = take_tag(rest);
    if (!rest.empty()) return std::nullopt;
    return tag;
}

std::string format_entity_tag(const EntityTag& tag) {
    if (!is_tag_text(tag.opaque)) {
        throw std::invalid_argument("an entity tag holds no quotes, spaces or control characters");
    }
    std::string text = tag.weak ? "W/\"" : "\"";
    return text.append(tag.opaque) += '"';
}

std::optional<EntityTag> take_entity_tag(std::string_view& rest) {
    skip_commas(rest);
    std::string_view behind = rest;
    const auto tag = take_tag(behind);
    if (!tag) return std::nullopt;
    behind = trim(behind);
    if (!behind.empty() && behind.front() != ',') return std::nullopt;
    skip_commas(behind);
    rest = behind;
    return tag;
}

std::optional<EntityTagList> parse_entity_tags(std::string_view text) {
    EntityTagList list;
    std::string_view rest = trim(text);
    if (rest == "*") {
        list.any = true;
        return list;
    }
    while (const auto tag = take_entity_tag(rest)) list.tags.push_back(*tag);
    if (!rest.empty() || list.tags.empty()) return std::nullopt;
    return list;
}

}  // namespace indrik::http
