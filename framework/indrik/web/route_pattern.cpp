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

constexpr std::string_view kPlainVariable = "[^{}/]+";
constexpr std::string_view kRest = ".*";  // of a last variable: whatever is left, slashes included

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
    const std::string_view literal = pieces_.front().text;
    index_key_ =
        is_static() ? std::string(literal) : std::string(literal.substr(0, literal.rfind('/')));
    if (!is_static()) choose_matcher();
}

RoutePattern::RoutePattern(RoutePattern&&) noexcept = default;
RoutePattern::~RoutePattern() = default;

void RoutePattern::parse(std::string_view pattern) {
    std::size_t position = 0;
    while (position < pattern.size()) {
        const std::size_t open = pattern.find_first_of("{}", position);
        if (open != position) {
            const std::string_view literal = pattern.substr(position, open - position);
            pieces_.push_back({false, decode_for_matching(literal), {}});
        }
        if (open == std::string_view::npos) break;
        if (pattern[open] == '}') {
            refuse(pattern, "'}' without '{' at position " + std::to_string(open));
        }
        const std::size_t close = closing_brace(pattern, open);
        if (close == std::string_view::npos) {
            refuse(pattern, "'{' at position " + std::to_string(open) + " is never closed");
        }
        const std::string_view inside = pattern.substr(open + 1, close - open - 1);
        const std::size_t colon = inside.find(':');
        const std::string_view name = inside.substr(0, colon);
        if (!is_identifier(name)) {
            refuse(pattern,
                   "'" + std::string(name) +
                       "' is no name for a variable: letters, digits "
                       "and '_', not beginning with a digit");
        }
        for (const Piece& piece : pieces_) {
            if (piece.is_variable && piece.text == name) {
                refuse(pattern, "the variable '" + std::string(name) + "' appears twice");
            }
        }
        std::string regex;
        if (colon != std::string_view::npos) {
            regex = inside.substr(colon + 1);
            if (regex.empty()) refuse(pattern, "'" + std::string(name) + "' has an empty regex");
        }
        pieces_.push_back({true, std::string(name), std::move(regex)});
        ++variable_count_;
        position = close + 1;
    }
}

void RoutePattern::choose_matcher() {
    bool segments_suffice = true;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        if (!pieces_[i].is_variable) continue;
        const bool begins_segment =
            i > 0 && !pieces_[i - 1].is_variable && pieces_[i - 1].text.back() == '/';
        const bool ends_segment = i + 1 == pieces_.size() || (!pieces_[i + 1].is_variable &&
                                                              pieces_[i + 1].text.front() == '/');
        const bool is_rest = i + 1 == pieces_.size() && pieces_[i].regex == kRest;
        segments_suffice &= begins_segment && ends_segment && (pieces_[i].regex.empty() || is_rest);
    }
    if (segments_suffice) return;

    std::string expression;
    int group = 1;
    for (const Piece& piece : pieces_) {
        if (!piece.is_variable) {
            expression += RE2::QuoteMeta(piece.text);
            continue;
        }
        const std::string body = piece.regex.empty() ? std::string(kPlainVariable) : piece.regex;
        const RE2 alone(body, RE2::Quiet);
        if (!alone.ok()) {
            refuse(text_, "the regex of '" + piece.text + "' is wrong: " + alone.error());
        }
        expression += "(" + body + ")";
        groups_.push_back(group);
        group += 1 + alone.NumberOfCapturingGroups();
    }
    regex_ = std::make_unique<RE2>(expression, RE2::Quiet);
    if (!regex_->ok()) refuse(text_, regex_->error());
}

bool RoutePattern::match(std::string_view path, MatchInfo& info) const {
    if (is_static()) return path == index_key_;
    return regex_ ? match_regex(path, info) : match_segments(path, info);
}

bool RoutePattern::match_segments(std::string_view path, MatchInfo& info) const {
    std::size_t position = 0;
    for (const Piece& piece : pieces_) {
        if (!piece.is_variable) {
            if (path.substr(position, piece.text.size()) != piece.text)
                return info.drop_variables(), false;
            position += piece.text.size();
            continue;
        }
        if (!piece.regex.empty()) {
            info.add(piece.text, path.substr(position));
            return true;
        }
        const std::size_t end = std::min(path.find('/', position), path.size());
        const std::string_view value = path.substr(position, end - position);
        if (value.empty() || value.find_first_of("{}") != std::string_view::npos) {
            return info.drop_variables(), false;
        }
        info.add(piece.text, value);
        position = end;
    }
    if (position != path.size()) return info.drop_variables(), false;
    return true;
}

bool RoutePattern::match_regex(std::string_view path, MatchInfo& info) const {
    const int group_count = regex_->NumberOfCapturingGroups() + 1;
    std::vector<re2::StringPiece> groups(static_cast<std::size_t>(group_count));
    const re2::StringPiece subject(path.data(), path.size());
    if (!regex_->Match(subject, 0, path.size(), RE2::ANCHOR_BOTH, groups.data(), group_count)) {
        return false;
    }
    std::size_t next = 0;
    for (const Piece& piece : pieces_) {
        if (!piece.is_variable) continue;
        const re2::StringPiece& group = groups[static_cast<std::size_t>(groups_[next++])];
        info.add(piece.text, {group.data() == nullptr ? path.data() : group.data(), group.size()});
    }
    return true;
}

std::string RoutePattern::format(std::span<const Part> parts) const {
    std::string path;
    for (const Piece& piece : pieces_) {
        if (!piece.is_variable) {
            append_literal(path, piece.text);
            continue;
        }
        const auto part = std::find_if(parts.begin(), parts.end(), [&](const Part& candidate) {
            return candidate.first == piece.text;
        });
        if (part == parts.end()) refuse(text_, "no value was given for '" + piece.text + "'");
        path += http::percent_encode(part->second, http::URLComponent::Segment);
    }
    for (const Part& part : parts) {
        const bool is_known = std::any_of(pieces_.begin(), pieces_.end(), [&](const Piece& piece) {
            return piece.is_variable && piece.text == part.first;
        });
        if (!is_known) refuse(text_, "it has no variable '" + std::string(part.first) + "'");
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
