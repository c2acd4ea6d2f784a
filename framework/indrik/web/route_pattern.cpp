#include "indrik/web/route_pattern.hpp"

#include <algorithm>
#include <stdexcept>

#include <re2/re2.h>

#include "indrik/http/url.hpp"

namespace indrik::web {
namespace {

[[noreturn]] void refuse(std::string_view pattern, const std::string& why) {
    throw std::invalid_argument("route pattern '" + std::string(pattern) + "': " + why);
}

bool is_identifier(std::string_view name) {
    const auto is_letter = [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    if (name.empty() || !is_letter(name.front())) return false;
    return std::all_of(
        name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

/// The position of the brace that closes the one at `open`, minding nesting and escapes in a regular expression.
std::size_t closing_brace(std::string_view pattern, std::size_t open) {
    int depth = 0;
    for (std::size_t i = open; i < pattern.size(); ++i) {
        if (pattern[i] == '\\') {
            ++i;
        } else if (pattern[i] == '{') {
            ++depth;
        } else if (pattern[i] == '}' && --depth == 0) {
            return i;
        }
    }
    return std::string_view::npos;
}

constexpr std::size_t kMostGroups = 16;  // of a regular expression; more cost an allocation

/// A literal as it stands in a URL: "%2F" and "%25" are encoded already.
void append_literal(std::string& url, std::string_view text) {
    while (!text.empty()) {
        const std::size_t escape = std::min(text.find('%'), text.size());
        url += http::percent_encode(text.substr(0, escape), http::URLComponent::Path);
        url += text.substr(escape, 3);
        text.remove_prefix(std::min(escape + 3, text.size()));
    }
}

}  // namespace

std::string decode_for_matching(std::string_view path) {
    std::string decoded;
    decoded.reserve(path.size());
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '%') {
            decoded += path[i];
            continue;
        }
        const auto octet = http::percent_decode(path.substr(i, 3));
        if (!octet || octet->size() != 1 || *octet == "%") {
            decoded += "%25";
        } else if (*octet == "/") {
            decoded += "%2F";
        } else {
            decoded += *octet;
        }
        if (octet) i += 2;
    }
    return decoded;
}

RoutePattern::RoutePattern(std::string_view pattern) : text_(pattern) {
    if (pattern.empty() || pattern.front() != '/') refuse(pattern, "must begin with '/'");
    parse(pattern);
    const std::string_view literal = pieces_.front().literal;
    index_key_ =
        is_static() ? std::string(literal) : std::string(literal.substr(0, literal.rfind('/')));
    if (!is_static()) choose_matcher();
}

RoutePattern::RoutePattern(RoutePattern&&) noexcept = default;
RoutePattern& RoutePattern::operator=(RoutePattern&&) noexcept = default;
RoutePattern::~RoutePattern() = default;

void RoutePattern::parse(std::string_view pattern) {
    std::size_t position = 0;
    while (position < pattern.size()) {
        const std::size_t open = pattern.find_first_of("{}", position);
        if (open != position) {
            const std::string_view literal = pattern.substr(position, open - position);
            pieces_.push_back({decode_for_matching(literal), nullptr});
        }
        if (open == std::string_view::npos) break;
        if (pattern[open] == '}') {
            refuse(pattern, "'}' without '{' at position " + std::to_string(open));
        }
        const std::size_t close = closing_brace(pattern, open);
        if (close == std::string_view::npos) {
            refuse(pattern, "'{' at position " + std::to_string(open) + " is never closed");
        }
        add_variable(pattern.substr(open + 1, close - open - 1));
        position = close + 1;
    }
}

/// Adds what stands between braces: "id", "id:int", "id:\d+".
void RoutePattern::add_variable(std::string_view inside) {
    const std::size_t colon = inside.find(':');
    const std::string_view name = inside.substr(0, colon);
    if (!is_identifier(name)) {
        refuse(text_,
               "'" + std::string(name) +
                   "' is no name for a variable: letters, digits and '_', not beginning with a "
                   "digit");
    }
    if (find_variable(name) != nullptr) {
        refuse(text_, "the variable '" + std::string(name) + "' appears twice");
    }
    std::string_view type;
    if (colon != std::string_view::npos) {
        type = inside.substr(colon + 1);
        if (type.empty()) refuse(text_, "'" + std::string(name) + "' has an empty regex");
    }
    pieces_.push_back({{}, std::make_unique<PathVariable>(name, type)});
    ++variable_count_;
}

void RoutePattern::choose_matcher() {
    using Kind = PathVariable::Kind;
    bool segments_suffice = true;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        if (!pieces_[i].variable) continue;
        const Kind kind = pieces_[i].variable->kind();
        const bool is_last = i + 1 == pieces_.size();
        const bool begins_segment =
            i > 0 && !pieces_[i - 1].variable && pieces_[i - 1].literal.back() == '/';
        const bool ends_segment =
            is_last || (!pieces_[i + 1].variable && pieces_[i + 1].literal.front() == '/');
        const bool is_tail = kind == Kind::Rest || kind == Kind::Path;
        segments_suffice &=
            begins_segment && ends_segment && kind != Kind::Regex && (is_last || !is_tail);
    }
    if (segments_suffice) {
        find_fillings();
    } else {
        compile();
    }
}

void RoutePattern::find_fillings() {
    std::size_t slashes = 0;
    for (const Piece& piece : pieces_) {
        if (!piece.variable) {
            slashes += static_cast<std::size_t>(
                std::count(piece.literal.begin(), piece.literal.end(), '/'));
            continue;
        }
        const PathVariable::Kind kind = piece.variable->kind();
        const bool is_tail = kind == PathVariable::Kind::Rest || kind == PathVariable::Kind::Path;
        fillings_.push_back(
            {static_cast<std::uint32_t>(slashes - 1), is_tail, piece.variable.get()});
    }
    // An index looks no further, and match() must compare the rest.
    if (slashes > kMaxSegments) fillings_.clear();
}

void RoutePattern::compile() {
    std::string expression;
    int group = 1;
    for (const Piece& piece : pieces_) {
        if (!piece.variable) {
            expression += RE2::QuoteMeta(piece.literal);
            continue;
        }
        const std::string body = piece.variable->regex();
        const RE2 alone(body, RE2::Quiet);
        if (!alone.ok()) {
            refuse(text_,
                   "the regex of '" + piece.variable->name() + "' is wrong: " + alone.error());
        }
        expression += "(" + body + ")";
        groups_.push_back(group);
        group += 1 + alone.NumberOfCapturingGroups();
    }
    regex_ = std::make_unique<RE2>(expression, RE2::Quiet);
    if (!regex_->ok()) refuse(text_, regex_->error());
}

std::vector<std::string_view> RoutePattern::variables() const {
    std::vector<std::string_view> names;
    for (const Piece& piece : pieces_) {
        if (piece.variable) names.push_back(piece.variable->name());
    }
    return names;
}

std::string RoutePattern::find_mismatch(std::span<const PathType> types) const {
    static constexpr std::string_view kNames[] = {
        "a text", "a number", "a bool", "a UUID", "a time", "an enumeration"};
    if (types.empty()) return {};
    if (types.size() != variable_count_) {
        return "the handler takes " + std::to_string(types.size()) +
               " of the path's variables, but '" + text_ + "' has " +
               std::to_string(variable_count_);
    }
    auto type = types.begin();
    for (const Piece& piece : pieces_) {
        if (!piece.variable) continue;
        if (!piece.variable->may_be(*type)) {
            return "the handler takes '" + piece.variable->name() + "' as " +
                   std::string(kNames[static_cast<std::size_t>(*type)]) + ", which no " +
                   piece.variable->type() + " is";
        }
        ++type;
    }
    return {};
}

std::string RoutePattern::shape() const {
    std::string shape;
    for (const Piece& piece : pieces_) {
        shape += piece.variable ? "{:" + piece.variable->type() + "}" : piece.literal;
    }
    return shape;
}

RoutePattern::Outline RoutePattern::outline() const {
    Outline outline;
    Outline::Segment segment{true, {}};
    bool is_first = true;
    for (const Piece& piece : pieces_) {
        if (piece.variable) {
            if (piece.variable->may_hold_slash()) {
                outline.is_open = true;
                return outline;
            }
            segment.is_literal = false;
            continue;
        }
        for (const char c : piece.literal) {
            if (c != '/') {
                segment.text += c;
                continue;
            }
            // What stands before the first '/' is nothing.
            if (!is_first) outline.segments.push_back(std::move(segment));
            segment = {true, {}};
            is_first = false;
        }
    }
    outline.segments.push_back(std::move(segment));
    return outline;
}

bool RoutePattern::match(std::string_view path, MatchInfo& info) const {
    if (is_static()) return path == index_key_;
    return regex_ ? match_regex(path, info) : match_segments(path, info);
}

bool RoutePattern::match_segments(std::string_view path, MatchInfo& info) const {
    using Kind = PathVariable::Kind;
    std::size_t position = 0;
    for (const Piece& piece : pieces_) {
        if (!piece.variable) {
            if (path.substr(position, piece.literal.size()) != piece.literal)
                return info.drop_variables(), false;
            position += piece.literal.size();
            continue;
        }
        const Kind kind = piece.variable->kind();
        const bool takes_rest = kind == Kind::Rest || kind == Kind::Path;
        const std::size_t end =
            takes_rest ? path.size() : std::min(path.find('/', position), path.size());
        const std::string_view value = path.substr(position, end - position);
        if (!piece.variable->accepts(value)) return info.drop_variables(), false;
        info.add(piece.variable->name(), value);
        position = end;
    }
    if (position != path.size()) return info.drop_variables(), false;
    return true;
}

bool RoutePattern::match_at(std::string_view path,
                            std::span<const std::uint32_t> slashes,
                            MatchInfo& info) const {
    for (const auto& [segment, is_tail, variable] : fillings_) {
        const std::size_t begin = std::size_t{slashes[segment]} + 1;
        if (begin > path.size()) return info.drop_variables(), false;  // nothing is open
        const std::size_t end = is_tail ? path.size() : slashes[segment + 1];
        const std::string_view value = path.substr(begin, end - begin);
        if (!variable->accepts(value)) return info.drop_variables(), false;
        info.add(variable->name(), value);
    }
    return true;
}

bool RoutePattern::match_regex(std::string_view path, MatchInfo& info) const {
    // Most paths that do not match differ in what is literal.
    if (!path.starts_with(pieces_.front().literal)) return false;
    if (!pieces_.back().variable && !path.ends_with(pieces_.back().literal)) return false;
    const auto group_count = static_cast<std::size_t>(regex_->NumberOfCapturingGroups()) + 1;
    re2::StringPiece few[kMostGroups];
    std::vector<re2::StringPiece> many(group_count > kMostGroups ? group_count : 0);
    re2::StringPiece* const groups = many.empty() ? few : many.data();
    const re2::StringPiece subject(path.data(), path.size());
    if (!regex_->Match(
            subject, 0, path.size(), RE2::ANCHOR_BOTH, groups, static_cast<int>(group_count))) {
        return false;
    }
    std::size_t next = 0;
    for (const Piece& piece : pieces_) {
        if (!piece.variable) continue;
        const re2::StringPiece& group = groups[groups_[next++]];
        const std::string_view value(group.data() == nullptr ? path.data() : group.data(),
                                     group.size());
        if (!piece.variable->accepts(value)) return info.drop_variables(), false;
        info.add(piece.variable->name(), value);
    }
    return true;
}

const PathVariable* RoutePattern::find_variable(std::string_view name) const {
    for (const Piece& piece : pieces_) {
        if (piece.variable && piece.variable->name() == name) return piece.variable.get();
    }
    return nullptr;
}

std::string RoutePattern::format(std::span<const Part> parts) const {
    std::string path;
    for (const Piece& piece : pieces_) {
        if (!piece.variable) {
            append_literal(path, piece.literal);
            continue;
        }
        const PathVariable& variable = *piece.variable;
        const auto part = std::find_if(parts.begin(), parts.end(), [&](const Part& candidate) {
            return candidate.first == variable.name();
        });
        if (part == parts.end()) refuse(text_, "no value was given for '" + variable.name() + "'");
        path += http::percent_encode(
            part->second,
            variable.may_hold_slash() ? http::URLComponent::Path : http::URLComponent::Segment);
    }
    for (const Part& part : parts) {
        if (find_variable(part.first) == nullptr) {
            refuse(text_, "it has no variable '" + std::string(part.first) + "'");
        }
    }
    // A path that would match no longer is a mistake that is better found here than by a visitor.
    MatchInfo ignored;
    const std::string decoded = decode_for_matching(path);
    if (!is_static() && !match(decoded, ignored)) {
        refuse(text_, "the values make '" + path + "', which the pattern does not match");
    }
    return path;
}

}  // namespace indrik::web
