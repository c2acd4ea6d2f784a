#pragma once
// What one variable of a route's pattern may stand for: "{name}", "{id:int}", "{slug:[a-z]+}".
//
// What follows the colon is the name of a converter, or else a regular expression. Converters and the simplest expressions, one
// class of characters with a count, are decided here; the others by RE2 (route_pattern.cpp).

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "indrik/web/path_type.hpp"

namespace indrik::web {

/// Value type.
class PathVariable {
public:
    enum class Kind : std::uint8_t {
        Plain,  // one or more characters, none of them '/', '{' or '}'
        Int,    // digits that fit std::int64_t
        UInt,   // digits that fit std::uint64_t
        Float,  // digits, perhaps with a point and digits behind it: a finite number
        UUID,   // 8-4-4-4-12 hexadecimal digits
        Slug,   // letters, digits, '-' and '_' of ASCII
        Path,   // whatever is not empty and does not begin with '/'
        Rest,   // ".*": whatever is left, also nothing
        Run,    // characters of one class, with a count: "\d+", "[a-z]{2,3}"
        Regex,  // any other expression
    };

    /// `name` is a variable's, `type` what follows the colon; "" for a plain one.
    PathVariable(std::string_view name, std::string_view type);

    const std::string& name() const { return name_; }
    const std::string& type() const { return type_; }
    Kind kind() const { return kind_; }
    /// Whether a value may hold a '/' that separates. True if in doubt.
    bool may_hold_slash() const { return may_hold_slash_; }

    /// Whether a text, in the form of decode_for_matching, may be a value. A regular expression takes all of them: RE2 decides.
    bool accepts(std::string_view text) const;
    /// Whether some value can be taken as that.
    bool may_be(PathType type) const;
    /// The expression for RE2; what it matches must still be accepted.
    std::string regex() const;

private:
    std::string name_;
    std::string type_;
    Kind kind_;
    bool may_hold_slash_ = false;
    std::bitset<256> run_;  // the class of a Run, and its count
    std::size_t run_min_ = 0;
    std::size_t run_max_ = 0;
};

}  // namespace indrik::web
