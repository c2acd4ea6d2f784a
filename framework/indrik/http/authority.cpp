#include "indrik/http/authority.hpp"

#include <cstddef>

#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

bool is_port(std::string_view text) {
    unsigned value = 0;
    for (const char digit : text) {
        if (!is_digit(digit)) return false;
        value = value * 10 + static_cast<unsigned>(digit - '0');
        if (value > 65535) return false;
    }
    return true;
}

/// How many characters at the front of `text` are a registered name or an IPv4 address.
std::size_t registered_name_size(std::string_view text) {
    std::size_t size = 0;
    while (size < text.size()) {
        if (detail::has_class(text[size], detail::kHostClass)) {
            ++size;
            continue;
        }
        const bool encoded = text[size] == '%' && size + 2 < text.size() &&
                             hex_value(text[size + 1]) >= 0 && hex_value(text[size + 2]) >= 0;
        if (!encoded) break;
        size += 3;
    }
    return size;
}

bool is_ipv4(std::string_view text) {
    for (int part = 0; part < 4; ++part) {
        const std::string_view number = text.substr(0, text.find('.'));
        unsigned value = 0;
        for (const char digit : number) {
            if (!is_digit(digit)) return false;
            value = value * 10 + static_cast<unsigned>(digit - '0');
        }
        if (number.empty() || number.size() > 3 || value > 255) return false;
        if (number.size() > 1 && number.front() == '0') return false;
        text.remove_prefix(number.size());
        if (part == 3) break;
        if (text.empty()) return false;
        text.remove_prefix(1);
    }
    return text.empty();
}

/// How many groups of 16 bits `text` stands for: groups between colons, the last perhaps an IPv4
/// address. -1 if malformed.
int count_groups(std::string_view text, bool ipv4_allowed) {
    int groups = 0;
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        const std::string_view group = text.substr(0, colon);
        if (group.find('.') != std::string_view::npos) {
            const bool last = colon == std::string_view::npos;
            return last && ipv4_allowed && is_ipv4(group) ? groups + 2 : -1;
        }
        if (group.empty() || group.size() > 4) return -1;
        for (const char digit : group) {
            if (hex_value(digit) < 0) return -1;
        }
        ++groups;
        if (colon == std::string_view::npos) break;
        text.remove_prefix(colon + 1);
        if (text.empty()) return -1;
    }
    return groups;
}

bool is_ipv6(std::string_view text) {
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) return count_groups(text, true) == 8;
    const int before = count_groups(text.substr(0, gap), false);
    const int after = count_groups(text.substr(gap + 2), true);
    return before >= 0 && after >= 0 && before + after <= 7;
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text) {
    std::size_t host_size = 0;
    if (!text.empty() && text.front() == '[') {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos) return std::nullopt;
        if (!is_ipv6(text.substr(1, bracket - 1))) return std::nullopt;
        host_size = bracket + 1;
    } else {
        host_size = registered_name_size(text);
        if (host_size == 0) return std::nullopt;
    }
    Authority authority{text.substr(0, host_size), text.substr(host_size)};
    if (authority.port.empty()) return authority;
    if (authority.port.front() != ':') return std::nullopt;
    authority.port.remove_prefix(1);
    if (!is_port(authority.port)) return std::nullopt;
    return authority;
}

bool is_same_authority(const Authority& left,
                       const Authority& right,
                       std::string_view default_port) {
    const auto effective = [default_port](std::string_view port) {
        if (port.empty()) return default_port;
        while (port.size() > 1 && port.front() == '0') port.remove_prefix(1);
        return port;
    };
    return equal_ignoring_case(left.host, right.host) &&
           effective(left.port) == effective(right.port);
}

}  // namespace indrik::http
