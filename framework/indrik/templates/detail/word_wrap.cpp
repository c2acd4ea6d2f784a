#include "indrik/templates/detail/word_wrap.hpp"

#include <algorithm>

#include "indrik/templates/detail/unicode.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/errors.hpp"

namespace indrik::templates::detail {

namespace {

using Points = std::u32string;
using View = std::u32string_view;

bool is_blank(char32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_letter(char32_t c) {
    return is_word(c) && !is_decimal(c);
}
bool is_punctuation(char32_t c) {
    return is_word(c) || View(U"!\"'&.,?").find(c) != View::npos;
}

/// A run of dashes between words: its length, or 0.
std::size_t match_dash(View text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && text[end] == '-') ++end;
    const bool is_dash = end - at >= 2 && at > 0 && is_punctuation(text[at - 1]) &&
                         end < text.size() && is_word(text[end]);
    return is_dash ? end - at : 0;
}

/// Whether a word may break behind the hyphen at `at`.
bool breaks_behind(View text, std::size_t at, std::size_t) {
    const auto letter = [&](std::size_t i) { return i < text.size() && is_letter(text[i]); };
    const bool follows_two = at >= 2 && letter(at - 1) && letter(at - 2);
    const bool follows_hyphen = at >= 3 && letter(at - 1) && text[at - 2] == '-' && letter(at - 3);
    if (!follows_two && !follows_hyphen) return false;
    return letter(at + 1) &&
           (letter(at + 2) || (at + 2 < text.size() && text[at + 2] == '-' && letter(at + 3)));
}

std::size_t word_end(View text, std::size_t begin) {
    for (std::size_t end = begin + 1;; ++end) {
        if (end < text.size() && text[end] == '-' && breaks_behind(text, end, begin))
            return end + 1;
        if (end >= text.size() || is_blank(text[end])) return end;
        if (is_punctuation(text[end - 1]) && match_dash(text, end) != 0) return end;
    }
}

std::vector<Points> split_chunks(View text, bool break_on_hyphens) {
    std::vector<Points> chunks;
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = at;
        if (is_blank(text[at])) {
            while (end < text.size() && is_blank(text[end])) ++end;
        } else if (!break_on_hyphens) {
            while (end < text.size() && !is_blank(text[end])) ++end;
        } else if (const std::size_t dash = match_dash(text, at); dash != 0) {
            end = at + dash;
        } else {
            end = word_end(text, at);
        }
        chunks.emplace_back(text.substr(at, end - at));
        at = end;
    }
    return chunks;
}

bool is_space_only(const Points& chunk) {
    return std::all_of(chunk.begin(), chunk.end(), [](char32_t c) { return is_space(c); });
}

/// Puts the begin of a chunk that is longer than a line on the current line.
void break_chunk(Points& chunk,
                 std::vector<Points>& line,
                 std::size_t room,
                 bool break_on_hyphens) {
    std::size_t end = room;
    if (break_on_hyphens && chunk.size() > room && room > 0) {
        const std::size_t hyphen = View(chunk).substr(0, room).rfind('-');
        if (hyphen != View::npos && hyphen > 0 &&
            View(chunk).substr(0, hyphen).find_first_not_of('-') != View::npos) {
            end = hyphen + 1;
        }
    }
    line.push_back(chunk.substr(0, end));
    chunk.erase(0, end);
}

}  // namespace

std::vector<std::string> wrap_words(std::string_view text,
                                    std::int64_t width,
                                    bool break_long_words,
                                    bool break_on_hyphens) {
    if (width <= 0)
        fail(ErrorKind::Value, "invalid width " + std::to_string(width) + " (must be > 0)");
    const auto limit = static_cast<std::size_t>(width);
    std::vector<Points> chunks = split_chunks(to_points(text), break_on_hyphens);
    std::reverse(chunks.begin(), chunks.end());
    std::vector<std::string> lines;
    while (!chunks.empty()) {
        std::vector<Points> line;
        std::size_t used = 0;
        if (!lines.empty() && is_space_only(chunks.back())) chunks.pop_back();
        while (!chunks.empty() && used + chunks.back().size() <= limit) {
            used += chunks.back().size();
            line.push_back(std::move(chunks.back()));
            chunks.pop_back();
        }
        if (!chunks.empty() && chunks.back().size() > limit) {
            if (break_long_words) {
                break_chunk(chunks.back(), line, limit - used, break_on_hyphens);
                if (chunks.back().empty()) chunks.pop_back();
            } else if (line.empty()) {
                line.push_back(std::move(chunks.back()));
                chunks.pop_back();
            }
        }
        if (!line.empty() && is_space_only(line.back())) line.pop_back();
        if (line.empty()) continue;
        std::string joined;
        for (const Points& chunk : line) joined += from_points(chunk);
        lines.push_back(std::move(joined));
    }
    return lines;
}

}  // namespace indrik::templates::detail
