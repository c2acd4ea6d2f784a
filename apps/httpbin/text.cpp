#include "text.hpp"

#include <cstddef>
#include <cstdint>

#include <indrik/core/encoding.hpp>

namespace httpbin {

namespace {

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// The size of the well-formed sequence at the front of `bytes`, 0 if there is none. REQUIRES: !bytes.empty()
std::size_t sequence_size(std::string_view bytes) {
    const auto first = static_cast<unsigned char>(bytes[0]);
    if (first < 0x80) return 1;
    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || bytes.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if (!is_continuation(bytes[i])) return 0;
    }
    const auto second = static_cast<unsigned char>(bytes[1]);
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool surrogate = first == 0xED && second >= 0xA0;
    const bool too_large = first == 0xF4 && second >= 0x90;
    return overlong || surrogate || too_large ? 0 : size;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t size = sequence_size(bytes);
        if (size == 0) return false;
        bytes.remove_prefix(size);
    }
    return true;
}

std::string as_text(std::string_view bytes) {
    return is_utf8(bytes) ? std::string(bytes) : indrik::latin1_to_utf8(bytes);
}

std::string as_text_or_data_url(std::string_view bytes, std::string_view type) {
    if (is_utf8(bytes)) return std::string(bytes);
    return "data:" + as_text(type) + ";base64," + indrik::base64_encode(bytes);
}

std::string title_case(std::string_view name) {
    std::string result(name);
    bool at_start = true;
    for (char& letter : result) {
        const bool upper = letter >= 'A' && letter <= 'Z';
        const bool lower = letter >= 'a' && letter <= 'z';
        if (at_start && lower) letter = static_cast<char>(letter - 'a' + 'A');
        if (!at_start && upper) letter = static_cast<char>(letter - 'A' + 'a');
        at_start = !upper && !lower;
    }
    return result;
}

}  // namespace httpbin
