#pragma once
// The path of a resource with its variables: "/projects/{id:int}/files/{name:[a-z]+}".
//
// `{name}` stands for one or more characters other than '/', '{' and '}'. `{name:type}` stands for what a converter takes, if
// `type` is exactly the name of one: int, uint, float, uuid, slug, path (path_variable.hpp). Anything else behind the colon is a
// regular expression (RE2: linear time, whatever a client sends). Patterns whose variables fill whole segments and need no RE2,
// which is nearly all of them, are matched by comparing segments.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/web/match_info.hpp"
#include "indrik/web/path_variable.hpp"
#include "indrik/web/route_url.hpp"

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
    RoutePattern& operator=(RoutePattern&&) noexcept;
    ~RoutePattern();

    const std::string& text() const { return text_; }
    bool is_static() const { return variable_count_ == 0; }
    /// The names of the variables, in their order.
    std::vector<std::string_view> variables() const;
    /// Why a handler that takes these could never be called; "" if it could. No types are taken by every handler.
    std::string find_mismatch(std::span<const PathType> types) const;
    /// The literal path up to the '/' before the first variable, without that '/': the longer it is, the earlier the pattern is
    /// tried.
    std::string_view index_key() const { return index_key_; }
    /// Equal for patterns that match the same paths but for the names of their variables.
    std::string shape() const;

    /// What every path that matches looks like, segment by segment: what an index may go by.
    struct Outline {
        struct Segment {
            bool is_literal;
            std::string text;
        };
        std::vector<Segment> segments;
        bool is_open = false;  // anything may follow
    };
    Outline outline() const;

    /// Whether the whole of `path`, which comes from decode_for_matching (or has no '%'), matches.
    /// Variables are added to `info`. Lifetime: `path` outlives `info`'s use.
    bool match(std::string_view path, MatchInfo& info) const;

    /// An index that goes by the outline needs to look at no more segments than these.
    static constexpr std::size_t kMaxSegments = 32;
    /// Whether match_at() will do: variables fill whole segments, and none needs RE2.
    bool fills_segments() const { return !fillings_.empty(); }
    /// match() for a path that is known to have the outline. `slashes` are the positions of the '/' before each segment of it,
    /// then that of the end of the path, or of the '/' before what is open. REQUIRES: fills_segments()
    bool match_at(std::string_view path,
                  std::span<const std::uint32_t> slashes,
                  MatchInfo& info) const;

    using Part = RoutePart;
    /// The path with values for the variables, percent-encoded. Errors: std::invalid_argument naming the part that is missing,
    /// unknown, or is no value of its variable.
    std::string format(std::span<const Part> parts) const;

private:
    /// A literal text, decoded for matching, or a variable.
    struct Piece {
        std::string literal;
        std::unique_ptr<PathVariable> variable;
    };
    /// What fills a segment.
    struct Filling {
        std::uint32_t segment;
        bool is_tail;  // and all that follow
        const PathVariable* variable;
    };

    void parse(std::string_view pattern);
    void add_variable(std::string_view inside);
    void choose_matcher();
    void find_fillings();
    void compile();
    bool match_segments(std::string_view path, MatchInfo& info) const;
    bool match_regex(std::string_view path, MatchInfo& info) const;
    const PathVariable* find_variable(std::string_view name) const;

    std::string text_;
    std::string index_key_;
    std::vector<Piece> pieces_;
    std::vector<Filling> fillings_;  // none if that is not all there is to match
    std::size_t variable_count_ = 0;
    std::unique_ptr<re2::RE2> regex_;  // none if segments suffice
    std::vector<int> groups_;          // the regex group of each variable
};

}  // namespace indrik::web
