#include "indrik/templates/detail/utf8.hpp"

namespace indrik::templates::detail {

char32_t previous_point(std::string_view text, std::size_t& position) {
    std::size_t begin = position - 1;
    while (begin > 0 && position - begin < 4 &&
           (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) {
        --begin;
    }
    std::size_t end = begin;
    const char32_t point = next_point(text, end);
    if (end == position) {
        position = begin;
        return point;
    }
    --position;
    return 0xFFFD;
}

std::size_t count_points(std::string_view text) {
    std::size_t count = 0;
    std::size_t position = 0;
    while (position < text.size() && static_cast<unsigned char>(text[position]) < 0x80) ++position;
    count = position;
    while (position < text.size()) {
        next_point(text, position);
        ++count;
    }
    return count;
}

std::size_t offset_of(std::string_view text, std::size_t index) {
    std::size_t position = 0;
    while (index > 0 && position < text.size()) {
        next_point(text, position);
        --index;
    }
    return position;
}

void append_point(std::string& out, char32_t point) {
    const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0 | point >> 6);
        put(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        put(0xE0 | point >> 12);
        put(0x80 | (point >> 6 & 0x3F));
        put(0x80 | (point & 0x3F));
    } else {
        put(0xF0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3F));
        put(0x80 | (point >> 6 & 0x3F));
        put(0x80 | (point & 0x3F));
    }
}

bool is_utf8(std::string_view text) {
    std::size_t position = 0;
    while (position < text.size()) {
        const std::size_t begin = position;
        if (next_point(text, position) == 0xFFFD && text.substr(begin, 3) != "\xEF\xBF\xBD")
            return false;
    }
    return true;
}

std::u32string to_points(std::string_view text) {
    std::u32string points;
    points.reserve(text.size());
    std::size_t position = 0;
    while (position < text.size()) points.push_back(next_point(text, position));
    return points;
}

std::string from_points(std::u32string_view points) {
    std::string text;
    text.reserve(points.size());
    for (const char32_t point : points) append_point(text, point);
    return text;
}

}  // namespace indrik::templates::detail
