#include "indrik/templates/detail/urlizer.hpp"

#include <algorithm>

#include "indrik/templates/detail/text.hpp"
#include "indrik/templates/detail/unicode.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

bool is_number(char c) {
    return c >= '0' && c <= '9';
}
bool is_hex(char c) {
    return is_number(c) || (c >= 'a' && c <= 'f');
}

template <class Test>
bool all(std::string_view text, std::size_t low, std::size_t high, Test test) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++count) {
        if (!test(next_point(text, i))) return false;
    }
    return count >= low && count <= high;
}

bool is_label(char32_t c) {
    return is_word(c) || c == '%' || c == '-';
}
bool is_latin(char32_t c) {
    return c >= 'a' && c <= 'z';
}

/// A port and a path, up to the end.
bool is_rest(std::string_view text) {
    if (text.starts_with(':')) {
        std::size_t end = 1;
        while (end < text.size() && end < 6 && is_number(text[end])) ++end;
        if (end > 1) text.remove_prefix(end);
    }
    return text.empty() || text[0] == '/' || text[0] == '?' || text[0] == '#';
}

/// Where the characters of host names end.
std::size_t host_end(std::string_view text) {
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size(); end = at) {
        const char32_t c = next_point(text, at);
        if (!is_label(c) && c != '.') break;
    }
    return end;
}

bool is_host(std::string_view host) {
    const std::vector<std::string_view> labels = split(host, ".", -1);
    for (std::size_t i = 0; i + 1 < labels.size(); ++i) {
        if (labels[i].empty()) return false;
    }
    const std::string_view last = labels.back();
    if (all(last, 2, 63, is_latin)) return true;
    return last.starts_with("xn--") &&
           all(last.substr(4), 2, 59, [](char32_t c) { return is_word(c) || c == '%'; });
}

bool is_known_domain(std::string_view host) {
    const std::vector<std::string_view> labels = split(host, ".", -1);
    if (labels.size() < 2) return false;
    for (std::size_t i = 0; i + 1 < labels.size(); ++i) {
        if (!all(labels[i], 2, 63, is_label)) return false;
    }
    constexpr std::string_view kDomains[] = {
        "com", "net", "int", "edu", "gov", "org", "info", "mil"};
    return std::find(std::begin(kDomains), std::end(kDomains), labels.back()) != std::end(kDomains);
}

bool is_ipv4(std::string_view host) {
    const std::vector<std::string_view> parts = split(host, ".", -1);
    return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
               return all(part, 1, 3, [](char32_t c) { return is_decimal(c); });
           });
}

bool is_ipv6(std::string_view inner) {
    const auto skip_hex = [&] {
        std::size_t count = 0;
        while (count < 4 && count < inner.size() && is_hex(inner[count])) ++count;
        inner.remove_prefix(count);
    };
    for (int i = 0; i < 2; ++i) {
        skip_hex();
        if (!inner.starts_with(':')) return false;
        inner.remove_prefix(1);
    }
    for (int i = 0; i < 6 && !inner.empty(); ++i) {
        skip_hex();
        if (inner.starts_with(':')) inner.remove_prefix(1);
    }
    return inner.empty();
}

bool is_web_address(std::string_view original) {
    const std::string text = lower(original);
    const std::string_view view = text;
    const std::size_t scheme = view.starts_with("https://")  ? 8
                               : view.starts_with("http://") ? 7
                                                             : 0;
    const std::size_t prefix = scheme != 0 ? scheme : view.starts_with("www.") ? 4 : 0;
    if (prefix != 0) {
        const std::string_view rest = view.substr(prefix);
        const std::size_t end = host_end(rest);
        if (is_rest(rest.substr(end)) && is_host(rest.substr(0, end))) return true;
        if (scheme != 0 && is_rest(rest.substr(end)) && is_ipv4(rest.substr(0, end))) return true;
        const std::size_t close = rest.find(']');
        if (scheme != 0 && rest.starts_with('[') && close != kNone) {
            if (is_ipv6(rest.substr(1, close - 1)) && is_rest(rest.substr(close + 1))) return true;
        }
    }
    const std::size_t end = host_end(view);
    return is_rest(view.substr(end)) && is_known_domain(view.substr(0, end));
}

bool is_mail_address(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == kNone || at == 0) return false;
    const std::string_view host = text.substr(at + 1);
    const std::size_t dot = host.rfind('.');
    if (dot == kNone || dot == 0) return false;
    std::size_t first = 0;
    if (!is_word(next_point(host, first))) return false;
    const auto in_host = [](char32_t c) { return is_word(c) || c == '.' || c == '-'; };
    return all(host.substr(0, dot), 1, kNone, in_host) &&
           all(host.substr(dot + 1), 1, kNone, is_word);
}

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != kNone; at = text.find(part, at + part.size()))
        ++count;
    return count;
}

std::size_t head_size(std::string_view text) {
    std::size_t size = 0;
    for (;;) {
        const std::string_view rest = text.substr(size);
        if (rest.starts_with('(') || rest.starts_with('<'))
            ++size;
        else if (rest.starts_with("&lt;"))
            size += 4;
        else
            return size;
    }
}

std::size_t tail_begin(std::string_view text) {
    for (;;) {
        const char last = text.empty() ? '\0' : text.back();
        if (last == ')' || last == '>' || last == '.' || last == ',' || last == '\n')
            text.remove_suffix(1);
        else if (text.ends_with("&gt;"))
            text.remove_suffix(4);
        else
            return text.size();
    }
}

}  // namespace

bool is_uri_scheme(std::string_view scheme) {
    while (scheme.ends_with('/')) scheme.remove_suffix(1);
    if (!scheme.ends_with(':')) return false;
    scheme.remove_suffix(1);
    return all(scheme, 2, kNone, [](char32_t c) {
        return is_word(c) || c == '.' || c == '+' || c == '-';
    });
}

std::string Urlizer::shorten(std::string_view address) const {
    if (limit < 0 || static_cast<std::int64_t>(count_points(address)) <= limit)
        return std::string(address);
    return std::string(address.substr(0, offset_of(address, static_cast<std::size_t>(limit)))) +
           "...";
}

std::string Urlizer::link(std::string_view address,
                          std::string_view shown,
                          bool with_attributes) const {
    std::string text = "<a href=\"" + std::string(address) + "\"";
    if (with_attributes && !rel.empty()) {
        text += " rel=\"";
        append_escaped(text, std::string_view(rel));
        text += '"';
    }
    if (with_attributes && !target.empty()) {
        text += " target=\"";
        append_escaped(text, std::string_view(target));
        text += '"';
    }
    return text + ">" + std::string(shown) + "</a>";
}

std::string Urlizer::convert(std::string_view word) const {
    const std::string_view head = word.substr(0, head_size(word));
    std::string middle(word.substr(head.size()));
    const std::size_t cut = tail_begin(middle);
    std::string tail = middle.substr(cut);
    middle.resize(cut);
    constexpr std::pair<std::string_view, std::string_view> kPairs[] = {
        {"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}};
    for (const auto& [open, close] : kPairs) {
        const std::size_t opened = count_of(middle, open);
        if (opened <= count_of(middle, close)) continue;
        const std::size_t missing = std::min(opened, count_of(tail, close));
        for (std::size_t i = 0; i < missing; ++i) {
            const std::size_t end = tail.find(close) + close.size();
            middle += tail.substr(0, end);
            tail.erase(0, end);
        }
    }
    const std::string_view view = middle;
    if (is_web_address(view)) {
        const bool has_scheme = view.starts_with("https://") || view.starts_with("http://");
        middle = link((has_scheme ? "" : "https://") + middle, shorten(view), true);
    } else if (view.starts_with("mailto:") && is_mail_address(view.substr(7))) {
        middle = link(middle, view.substr(7), false);
    } else if (view.find('@') != kNone && !view.starts_with("www.") && view.find(':') == kNone &&
               is_mail_address(view)) {
        middle = link("mailto:" + middle, view, false);
    } else {
        for (const std::string& scheme : schemes) {
            if (middle != scheme && middle.starts_with(scheme))
                middle = link(middle, std::string(middle), true);
        }
    }
    return std::string(head) + middle + tail;
}

std::string Urlizer::run(std::string_view text) const {
    std::string result;
    std::size_t begin = 0;
    while (begin < text.size()) {
        std::size_t end = begin;
        const bool is_blank = is_space(next_point(text, end));
        for (std::size_t at = end; at < text.size(); end = at) {
            if (is_space(next_point(text, at)) != is_blank) break;
        }
        const std::string_view piece = text.substr(begin, end - begin);
        result += is_blank ? std::string(piece) : convert(piece);
        begin = end;
    }
    return result;
}

}  // namespace indrik::templates::detail
