#include "names.hpp"

#include <algorithm>

namespace chat {
namespace {

bool is_control(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return (value < 0x20 && byte != '\n') || value == 0x7f;
}

bool is_blank(char byte) {
    return byte == ' ' || byte == '\n';
}

}  // namespace

std::optional<std::string> clean(std::string_view text, std::size_t limit) {
    std::string cleaned(text);
    std::erase_if(cleaned, is_control);
    const auto first = std::find_if_not(cleaned.begin(), cleaned.end(), is_blank);
    cleaned.erase(cleaned.begin(), first);
    while (!cleaned.empty() && is_blank(cleaned.back())) cleaned.pop_back();
    if (cleaned.empty() || cleaned.size() > limit) return std::nullopt;
    return cleaned;
}

}  // namespace chat
