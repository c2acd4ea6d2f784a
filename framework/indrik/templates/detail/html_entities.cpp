#include "indrik/templates/detail/html_entities.hpp"

#include <cstdint>

#include "indrik/templates/detail/utf8.hpp"

namespace indrik::templates::detail {

namespace {

constexpr std::size_t kMaxName = 32;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char low = static_cast<char>(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/// The characters of a name ("amp;", or "amp" for the few that need no semicolon); empty if there is none.
std::string find_entity(std::string_view name) {
    const std::string wanted = " " + std::string(name) + " ";
    std::size_t at = kHTMLEntities.starts_with(std::string_view(wanted).substr(1))
                         ? 0
                         : kHTMLEntities.find(wanted);
    if (at == std::string_view::npos) return {};
    at = kHTMLEntities.find(' ', at + 1) + 1;
    std::string text;
    for (; kHTMLEntities[at] != ' '; at += 2) {
        text +=
            static_cast<char>(hex_digit(kHTMLEntities[at]) * 16 + hex_digit(kHTMLEntities[at + 1]));
    }
    return text;
}

void append_number(std::string& out, std::uint32_t number) {
    // 0x80 to 0x9F mean what Windows-1252 has there.
    constexpr char32_t kWindows[] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    if (number >= 0x80 && number < 0xA0) return append_point(out, kWindows[number - 0x80]);
    if (number == 0 || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF))
        return append_point(out, 0xFFFD);
    const bool is_invalid = (number < 0x20 && !(number >= 0x9 && number <= 0xD && number != 0xB)) ||
                            number == 0x7F || (number >= 0xFDD0 && number <= 0xFDEF) ||
                            (number & 0xFFFE) == 0xFFFE;
    if (!is_invalid) append_point(out, number);
}

/// A reference by number behind "&#"; 0 if there is none, else its size.
std::size_t unescape_number(std::string& out, std::string_view text) {
    const bool is_hex = !text.empty() && (text[0] | 0x20) == 'x';
    const int base = is_hex ? 16 : 10;
    std::size_t at = is_hex ? 1 : 0;
    const std::size_t begin = at;
    std::uint32_t number = 0;
    for (; at < text.size() && hex_digit(text[at]) >= 0 && hex_digit(text[at]) < base; ++at) {
        if (number <= 0x10FFFF)
            number = number * static_cast<std::uint32_t>(base) +
                     static_cast<std::uint32_t>(hex_digit(text[at]));
    }
    if (at == begin) return 0;
    append_number(out, number);
    return at < text.size() && text[at] == ';' ? at + 1 : at;
}

void unescape_name(std::string& out, std::string_view name) {
    if (std::string text = find_entity(name); !text.empty()) {
        out += text;
        return;
    }
    for (std::size_t size = name.size() - 1; size > 1 && size < name.size(); --size) {
        if (std::string text = find_entity(name.substr(0, size)); !text.empty()) {
            out += text;
            out += name.substr(size);
            return;
        }
    }
    out += '&';
    out += name;
}

}  // namespace

std::string unescape_html(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t found = std::min(text.find('&', at), text.size());
        result += text.substr(at, found - at);
        at = found;
        if (at >= text.size()) break;
        ++at;
        if (at < text.size() && text[at] == '#') {
            const std::size_t size = unescape_number(result, text.substr(at + 1));
            if (size == 0) result += "&";
            at += size == 0 ? 0 : size + 1;
            continue;
        }
        std::size_t end = at;
        for (std::size_t count = 0; count < kMaxName && end < text.size(); ++count) {
            if (std::string_view("\t\n\f <&#;").find(text[end]) != std::string_view::npos) break;
            next_point(text, end);
        }
        if (end == at) {
            result += '&';
            continue;
        }
        if (end < text.size() && text[end] == ';') ++end;
        unescape_name(result, text.substr(at, end - at));
        at = end;
    }
    return result;
}

}  // namespace indrik::templates::detail
