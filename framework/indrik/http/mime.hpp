#pragma once
// Media types: the value of Content-Type (RFC 9110 section 8.3).
//
//   auto type = parse_media_type("text/html; charset=UTF-8");
//   type->essence();   // "text/html"
//   type->charset();   // "utf-8"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace indrik::http {

/// Value type. Type, subtype and names of parameters are in lower case.
class MediaType {
public:
    std::string_view type() const { return std::string_view(essence_).substr(0, slash_); }
    std::string_view subtype() const { return std::string_view(essence_).substr(slash_ + 1); }
    /// "type/subtype".
    std::string_view essence() const { return essence_; }
    std::optional<std::string_view> parameter(std::string_view name) const;
    /// The parameter of that name in lower case; "" if there is none.
    std::string charset() const;
    /// "application/json" or a type whose subtype ends in "+json".
    bool is_json() const;

    friend bool operator==(const MediaType&, const MediaType&) = default;

private:
    friend std::optional<MediaType> parse_media_type(std::string_view text);

    std::string essence_;
    std::size_t slash_ = 0;
    std::vector<std::pair<std::string, std::string>> parameters_;
};

/// Nothing if the text is no media type. Of a repeated parameter the first counts.
std::optional<MediaType> parse_media_type(std::string_view text);

/// Whether the value of a Content-Type field names `essence`, whatever its parameters; without
/// allocation.
bool is_media_type(std::string_view text, std::string_view essence);

}  // namespace indrik::http
