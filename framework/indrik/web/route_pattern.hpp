#pragma once
// The path of a resource with its variables: "/projects/{id}/files/{name:[a-z]+}".
//
// `{name}` stands for one or more characters other than '/', '{' and '}'; `{name:regex}` for what the regular expression
// matches (RE2: linear time, whatever a client sends). Patterns whose variables are all plain and fill whole segments, which
// is nearly all of them, are matched without a regular expression; so is a last `{name:.*}`, which stands for the rest.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/web/match_info.hpp"

namespace re2 {
class RE2;
}

namespace indrik::web {

/// The form in which patterns and paths are compared: "%41" becomes "A"; a '/' or '%' that is no separator and begins no
/// escape stays, or becomes, "%2F" or "%25", to be decoded with the variable that holds it.
std::string decode_for_matching(std::string_view path);

class RoutePattern {
public:
    /// Errors: std::invalid_argument that says what is wrong with the pattern, and where.
    explicit RoutePattern(std::string_view pattern);
    RoutePattern(RoutePattern&&) noexcept;
    ~RoutePattern();

    const std::string& text() const { return text_; }
    bool is_static() const { return variable_count_ == 0; }
    /// The literal path up to the '/' before the first variable, without that '/': what an index may look for.
    std::string_view index_key() const { return index_key_; }

    /// Whether the whole of `path`, which comes from decode_for_matching (or has no '%'), matches.
    /// Variables are added to `info`. Lifetime: `path` outlives `info`'s use.
    bool match(std::string_view path, MatchInfo& info) const;

    using Part = std::pair<std::string_view, std::string>;
    /// The path with values for the variables, percent-encoded. Errors: std::invalid_argument naming the part that is missing,
    /// unknown, or does not match its regular expression.
    std::string format(std::span<const Part> parts) const;

private:
    struct Piece {
        bool is_variable;
        std::string text;   // of a literal, decoded for matching; the name of a variable
        std::string regex;  // of a variable; empty for a plain one
    };

    void parse(std::string_view pattern);
    void choose_matcher();
    bool match_segments(std::string_view path, MatchInfo& info) const;
    bool match_regex(std::string_view path, MatchInfo& info) const;

    std::string text_;
    std::string index_key_;
    std::vector<Piece> pieces_;
    std::size_t variable_count_ = 0;
    std::unique_ptr<re2::RE2> regex_;  // none if segments suffice
    std::vector<int> groups_;          // the regex group of each variable
};

}  // namespace indrik::web
