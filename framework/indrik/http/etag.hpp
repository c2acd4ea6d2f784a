#pragma once
// Entity tags (RFC 9110 section 8.8.3).
//
//   auto tag = parse_entity_tag("W/\"abc\"");              // weak, "abc"
//   matches_weakly(*tag, EntityTag{"abc"});                // true
//   headers.set(Field::ETag, format_entity_tag(tag));

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace indrik::http {

/// Lifetime: a view into the text it was made of.
struct EntityTag {
    std::string_view opaque;  // without quotes
    bool weak = false;

    friend bool operator==(const EntityTag&, const EntityTag&) = default;
};

/// Equal and neither of them weak: byte for byte the same representation.
constexpr bool matches_strongly(const EntityTag& left, const EntityTag& right) {
    return !left.weak && !right.weak && left.opaque == right.opaque;
}
/// Equal whether weak or not.
constexpr bool matches_weakly(const EntityTag& left, const EntityTag& right) {
    return left.opaque == right.opaque;
}

/// Nothing for what is not exactly one entity tag: without quotes, for example, or `w/` for `W/`.
std::optional<EntityTag> parse_entity_tag(std::string_view text);
/// Errors: std::invalid_argument if it holds a quote, a space, or a control character.
std::string format_entity_tag(const EntityTag& tag);

/// The value of If-Match or If-None-Match.
struct EntityTagList {
    bool any = false;  // "*"
    std::vector<EntityTag> tags;

    friend bool operator==(const EntityTagList&, const EntityTagList&) = default;
};

/// Nothing if the text is neither "*" nor a list of entity tags.
std::optional<EntityTagList> parse_entity_tags(std::string_view text);

/// Cuts the next entity tag of a list off the front of `rest`, with the comma behind it; without
/// allocation. Nothing at the end of the list, where `rest` is empty, and where the list is
/// malformed, where it is not.
std::optional<EntityTag> take_entity_tag(std::string_view& rest);

}  // namespace indrik::http
