#include "indrik/web/host_pattern.hpp"

#include <algorithm>
#include <stdexcept>

#include "indrik/core/strings.hpp"
#include "indrik/http/authority.hpp"

namespace indrik::web {
namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw std::invalid_argument("host '" + std::string(text) + "': " + why);
}

/// Whether a text fits a mask in lower case, whose '*' stand for one or more characters each.
bool fits(std::string_view mask, std::string_view text) {
    std::size_t at = 0;
    std::size_t star = std::string_view::npos;  // the last '*' passed
    std::size_t resume = 0;                     // where its text ends, so far
    std::size_t i = 0;
    while (i < text.size()) {
        if (at < mask.size() && mask[at] == '*') {
            star = at++;
            resume = ++i;
        } else if (at < mask.size() && mask[at] == to_lower(text[i])) {
            ++at;
            ++i;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            i = ++resume;
        } else {
            return false;
        }
    }
    return at == mask.size();
}

}  // namespace

HostPattern::HostPattern(std::string_view text) : text_(to_lower(text)) {
    if (text.empty()) refuse(text, "a name is missing");
    if (text.find("//") != std::string_view::npos) {
        refuse(text, "write the host alone, without a scheme");
    }
    const bool is_ascii =
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
    if (!is_ascii) refuse(text, "write names beyond ASCII as browsers send them: xn--...");
    // What is valid with a letter for '*' is valid.
    std::string sample = text_;
    std::replace(sample.begin(), sample.end(), '*', 'x');
    const auto authority = http::parse_authority(sample);
    if (!authority) refuse(text, "it is no name of a host, such as api.example.com:8080");
    host_ = text_.substr(0, authority->host.size());
    port_ = authority->port;
    if (host_.size() > 1 && host_.ends_with('.')) host_.pop_back();
}

bool HostPattern::matches(std::string_view authority) const {
    const auto parts = http::parse_authority(authority);
    if (!parts) return false;
    if (!port_.empty() && parts->port != port_) return false;
    std::string_view host = parts->host;
    if (host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);
    return fits(host_, host);
}

}  // namespace indrik::web
