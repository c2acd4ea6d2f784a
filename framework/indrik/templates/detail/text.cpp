#include "indrik/templates/detail/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "indrik/templates/detail/unicode.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/errors.hpp"

namespace indrik::templates::detail {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

void append_mapping(std::string& out, const CaseMapping& mapping) {
    for (const char32_t c : mapping) {
        if (c != 0) append_point(out, c);
    }
}

/// Whether the sigma at `index` ends a word: it has another form there.
bool is_final_sigma(const std::u32string& points, std::size_t index) {
    std::size_t before = index;
    while (before > 0 && is_case_ignorable(points[before - 1])) --before;
    if (before == 0 || !is_cased(points[before - 1])) return false;
    std::size_t after = index + 1;
    while (after < points.size() && is_case_ignorable(points[after])) ++after;
    return after == points.size() || !is_cased(points[after]);
}

void append_lower(std::string& out, const std::u32string& points, std::size_t index) {
    if (points[index] == 0x3A3) {
        append_point(out, is_final_sigma(points, index) ? 0x3C2 : 0x3C3);
    } else {
        append_mapping(out, to_lower(points[index]));
    }
}

bool is_ascii(std::string_view text) {
    return std::all_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_line_end(char32_t c) {
    return (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 ||
           c == 0x2029;
}

int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'z') return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    return 99;
}

/// Digits without the underscores between them; nothing if one is misplaced.
std::optional<std::string> without_underscores(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            result += text[i];
            continue;
        }
        const bool is_between = i > 0 && i + 1 < text.size() && digit_value(text[i - 1]) < 36 &&
                                digit_value(text[i + 1]) < 36;
        if (!is_between) return std::nullopt;
    }
    return result;
}

}  // namespace

std::string upper(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = next_point(text, i);
        if (c < 0x80) {
            result += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
        } else {
            append_mapping(result, to_upper(c));
        }
    }
    return result;
}

std::string lower(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    if (is_ascii(text)) {
        for (const char c : text) result += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        return result;
    }
    const std::u32string points = to_points(text);
    for (std::size_t i = 0; i < points.size(); ++i) append_lower(result, points, i);
    return result;
}

std::string casefold(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size();)
        append_mapping(result, to_folded(next_point(text, i)));
    return result;
}

std::string capitalize(std::string_view text) {
    const std::u32string points = to_points(text);
    std::string result;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (i == 0) {
            append_mapping(result, to_title(points[0]));
        } else {
            append_lower(result, points, i);
        }
    }
    return result;
}

std::string title(std::string_view text) {
    const std::u32string points = to_points(text);
    std::string result;
    bool is_inside = false;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (is_inside) {
            append_lower(result, points, i);
        } else {
            append_mapping(result, to_title(points[i]));
        }
        is_inside = is_cased(points[i]);
    }
    return result;
}

std::string swapcase(std::string_view text) {
    const std::u32string points = to_points(text);
    std::string result;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (is_upper(points[i])) {
            append_lower(result, points, i);
        } else if (is_lower(points[i])) {
            append_mapping(result, to_upper(points[i]));
        } else {
            append_point(result, points[i]);
        }
    }
    return result;
}

std::string_view strip(std::string_view text, std::optional<std::string_view> chars, Side side) {
    const std::u32string set = chars ? to_points(*chars) : std::u32string();
    const auto goes = [&](char32_t c) {
        return chars ? set.find(c) != std::u32string::npos : is_space(c);
    };
    while (side != Side::Right && !text.empty()) {
        std::size_t after = 0;
        if (!goes(next_point(text, after))) break;
        text.remove_prefix(after);
    }
    while (side != Side::Left && !text.empty()) {
        std::size_t before = text.size();
        if (!goes(previous_point(text, before))) break;
        text = text.substr(0, before);
    }
    return text;
}

std::string justify(
    std::string_view text, std::int64_t width, std::string_view fill, Side side, Runtime& runtime) {
    const auto length = static_cast<std::int64_t>(count_points(text));
    if (count_points(fill) != 1)
        fail(ErrorKind::Type, "The fill character must be exactly one character long");
    if (width <= length) return std::string(text);
    runtime.check_bytes(static_cast<std::size_t>(width));
    const std::int64_t padding = width - length;
    std::int64_t left = side == Side::Right ? padding : 0;
    if (side == Side::Both) left = padding / 2 + (padding & width & 1);
    std::string result;
    for (std::int64_t i = 0; i < left; ++i) result += fill;
    result += text;
    for (std::int64_t i = left; i < padding; ++i) result += fill;
    return result;
}

std::string replace(std::string_view text,
                    std::string_view from,
                    std::string_view to,
                    std::int64_t count,
                    Runtime& runtime) {
    std::string result;
    std::size_t position = 0;
    const auto add = [&](std::string_view piece) {
        result += piece;
        runtime.check_bytes(result.size());
    };
    if (from.empty()) {
        for (; count != 0; --count) {
            add(to);
            if (position >= text.size()) break;
            const std::size_t begin = position;
            next_point(text, position);
            add(text.substr(begin, position - begin));
        }
        return result.append(text.substr(std::min(position, text.size())));
    }
    for (; count != 0; --count) {
        const std::size_t found = text.find(from, position);
        if (found == kNone) break;
        add(text.substr(position, found - position));
        add(to);
        position = found + from.size();
    }
    return result.append(text.substr(position));
}

std::vector<std::string_view> split(std::string_view text,
                                    std::optional<std::string_view> separator,
                                    std::int64_t count) {
    std::vector<std::string_view> parts;
    if (separator) {
        if (separator->empty()) fail(ErrorKind::Value, "empty separator");
        for (; count != 0; --count) {
            const std::size_t found = text.find(*separator);
            if (found == kNone) break;
            parts.push_back(text.substr(0, found));
            text.remove_prefix(found + separator->size());
        }
        parts.push_back(text);
        return parts;
    }
    for (text = strip(text, std::nullopt, Side::Left); !text.empty();
         text = strip(text, std::nullopt, Side::Left)) {
        if (count-- == 0) {
            parts.push_back(strip(text, std::nullopt, Side::Right));
            break;
        }
        std::size_t end = 0;
        for (std::size_t after = 0; end < text.size() && !is_space(next_point(text, after));
             end = after) {
        }
        parts.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return parts;
}

std::vector<std::string_view> split_right(std::string_view text,
                                          std::optional<std::string_view> separator,
                                          std::int64_t count) {
    std::vector<std::string_view> parts;
    if (separator) {
        if (separator->empty()) fail(ErrorKind::Value, "empty separator");
        for (; count != 0; --count) {
            const std::size_t found = text.rfind(*separator);
            if (found == kNone) break;
            parts.push_back(text.substr(found + separator->size()));
            text = text.substr(0, found);
        }
        parts.push_back(text);
    } else {
        for (text = strip(text, std::nullopt, Side::Right); !text.empty();
             text = strip(text, std::nullopt, Side::Right)) {
            if (count-- == 0) {
                parts.push_back(strip(text, std::nullopt, Side::Left));
                break;
            }
            std::size_t begin = text.size();
            for (std::size_t before = begin; begin > 0 && !is_space(previous_point(text, before));
                 begin = before) {
            }
            parts.push_back(text.substr(begin));
            text = text.substr(0, begin);
        }
    }
    std::reverse(parts.begin(), parts.end());
    return parts;
}

std::vector<std::string_view> split_lines(std::string_view text, bool keep_ends) {
    std::vector<std::string_view> lines;
    std::size_t begin = 0;
    std::size_t position = 0;
    while (position < text.size()) {
        const std::size_t end = position;
        const char32_t c = next_point(text, position);
        if (!is_line_end(c)) continue;
        if (c == '\r' && position < text.size() && text[position] == '\n') ++position;
        lines.push_back(text.substr(begin, (keep_ends ? position : end) - begin));
        begin = position;
    }
    if (begin < text.size()) lines.push_back(text.substr(begin));
    return lines;
}

bool is_lower_text(std::string_view text) {
    bool has_lower = false;
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = next_point(text, i);
        if (is_upper(c) || is_title(c)) return false;
        has_lower = has_lower || is_lower(c);
    }
    return has_lower;
}

bool is_upper_text(std::string_view text) {
    bool has_upper = false;
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = next_point(text, i);
        if (is_lower(c) || is_title(c)) return false;
        has_upper = has_upper || is_upper(c);
    }
    return has_upper;
}

std::optional<std::int64_t> parse_integer(std::string_view text, std::int64_t base) {
    if (base != 0 && (base < 2 || base > 36))
        fail(ErrorKind::Value, "int() base must be >= 2 and <= 36, or 0");
    text = strip(text, std::nullopt);
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.size() > 1 && text[0] == '0') {
        const char kind = static_cast<char>(text[1] | 0x20);
        const std::int64_t named = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 0;
        if (named != 0 && (base == 0 || base == named)) {
            base = named;
            text.remove_prefix(text.size() > 2 && text[2] == '_' ? 3 : 2);
        }
    }
    const auto digits = without_underscores(text);
    if (!digits || digits->empty()) return std::nullopt;
    if (base == 0) {
        if ((*digits)[0] == '0' && digits->find_first_not_of('0') != kNone) return std::nullopt;
        base = 10;
    }
    for (const char c : *digits) {
        if (digit_value(c) >= base) return std::nullopt;
    }
    std::int64_t number = 0;
    const std::string signed_digits = (is_negative ? "-" : "") + *digits;
    const auto result = std::from_chars(signed_digits.data(),
                                        signed_digits.data() + signed_digits.size(),
                                        number,
                                        static_cast<int>(base));
    if (result.ec != std::errc()) fail(ErrorKind::Overflow, "integer of more than 64 bits");
    return number;
}

std::optional<double> parse_float(std::string_view text) {
    text = strip(text, std::nullopt);
    std::string plain = lower(text);
    std::string_view unsigned_part = plain;
    if (unsigned_part.starts_with('-') || unsigned_part.starts_with('+'))
        unsigned_part.remove_prefix(1);
    if (unsigned_part != "inf" && unsigned_part != "infinity" && unsigned_part != "nan") {
        const auto digits = without_underscores(plain);
        if (!digits || digits->find_first_not_of("0123456789+-.e") != kNone) return std::nullopt;
        plain = *digits;
    }
    char* end = nullptr;
    const double number = std::strtod(plain.c_str(), &end);
    if (plain.empty() || end != plain.c_str() + plain.size()) return std::nullopt;
    return number;
}

}  // namespace indrik::templates::detail
