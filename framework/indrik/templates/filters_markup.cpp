// Filters of HTML and URLs.
#include <set>

#include "indrik/templates/detail/html_entities.hpp"
#include "indrik/templates/detail/pretty_printer.hpp"
#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/detail/text.hpp"
#include "indrik/templates/detail/urlizer.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

Value do_escape(Call& call) {
    return escape(call.self);
}

Value do_forceescape(Call& call) {
    std::string text;
    append_escaped(text, std::string_view(to_str(call.self)));
    return Value::markup(text);
}

Room print_escaped(std::string& out, Room room, const Value& self, bool) {
    if (!self.is_string()) return {room.at, nullptr};
    return self.is_markup() ? write_text(out, room, self.string())
                            : write_escaped(out, room, self.string());
}

Room print_safe(std::string& out, Room room, const Value& self, bool) {
    if (!self.is_string()) return {room.at, nullptr};
    return write_text(out, room, self.string());
}

Value do_safe(Call& call) {
    return call.self.is_string() ? call.self.as_markup() : Value::markup(to_str(call.self));
}

/// Without what stands between `open` and `close`, which may span lines.
std::string without(std::string_view text, std::string_view open, std::string_view close) {
    std::string result;
    for (;;) {
        const std::size_t begin = text.find(open);
        const std::size_t end =
            begin == std::string_view::npos ? begin : text.find(close, begin + open.size());
        if (end == std::string_view::npos) return result.append(text);
        result += text.substr(0, begin);
        text.remove_prefix(end + close.size());
    }
}

Value do_striptags(Call& call) {
    const std::string text = without(without(to_str(call.self), "<!--", "-->"), "<", ">");
    std::string result;
    for (const std::string_view word : split(text, std::nullopt, -1)) {
        if (!result.empty()) result += ' ';
        result += word;
    }
    return unescape_html(result);
}

std::string quote(const Value& value, bool is_query) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string result;
    for (const char c : to_str(value)) {
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-' ||
                              c == '~' || (c == '/' && !is_query);
        if (is_plain) {
            result += c;
        } else if (c == ' ' && is_query) {
            result += '+';
        } else {
            result += '%';
            result += kDigits[static_cast<unsigned char>(c) >> 4];
            result += kDigits[static_cast<unsigned char>(c) & 15];
        }
    }
    return result;
}

Value do_urlencode(Call& call) {
    if (call.self.is_string()) return quote(call.self, false);
    const Value pairs = call.self.is(Kind::Dict) ? Value::list() : call.self;
    if (call.self.is(Kind::Dict)) {
        for (const Dict::Entry& entry : call.self.dictionary().entries()) {
            pairs.items().push_back(Value::tuple({entry.key, entry.value}));
        }
    }
    const auto items = try_iterate(pairs);
    if (!items) return quote(call.self, false);
    std::string result;
    for (Value pair; items->next(pair);) {
        call.runtime.step();
        const Values parts = collect(pair, call.runtime);
        if (parts.size() != 2) {
            fail(ErrorKind::Value,
                 parts.size() < 2 ? "not enough values to unpack (expected 2)"
                                  : "too many values to unpack (expected 2)");
        }
        if (!result.empty()) result += '&';
        result += quote(parts[0], true) + "=" + quote(parts[1], true);
    }
    return result;
}

Value do_xmlattr(Call& call) {
    refuse_undefined(call.self);
    if (!call.self.is(Kind::Dict)) {
        fail(ErrorKind::Attribute,
             "'" + std::string(type_name(call.self)) + "' object has no attribute 'items'");
    }
    std::string text;
    for (const Dict::Entry& entry : call.self.dictionary().entries()) {
        if (entry.value.is_none() || entry.value.is_undefined()) continue;
        if (!entry.key.is_string())
            fail(ErrorKind::Type,
                 "expected string or bytes-like object, got '" + std::string(type_name(entry.key)) +
                     "'");
        if (entry.key.string().find_first_of(" \t\n\r\f\v/>=") != std::string_view::npos) {
            fail(ErrorKind::Value, "Invalid character in attribute name: " + to_repr(entry.key));
        }
        if (!text.empty()) text += ' ';
        append_escaped(text, entry.key);
        text += "=\"";
        append_escaped(text, entry.value);
        text += '"';
    }
    if (call.flag(0, true) && !text.empty()) text.insert(text.begin(), ' ');
    return call.runtime.autoescape() ? Value::markup(text) : Value(text);
}

Value do_urlize(Call& call) {
    std::set<std::string, std::less<>> rel;
    for (const std::string_view part :
         split(call.has(3) && !call[3].is_none() ? call.text(3) : "", std::nullopt, -1))
        rel.emplace(part);
    if (call.flag(1)) rel.emplace("nofollow");
    rel.emplace("noopener");
    Urlizer urlizer;
    for (const std::string& part : rel) urlizer.rel += (urlizer.rel.empty() ? "" : " ") + part;
    if (call.has(2) && !call[2].is_none()) urlizer.target = call.text(2);
    if (call.has(0) && !call[0].is_none()) urlizer.limit = to_index(call[0]);
    if (call.has(4) && !call[4].is_none()) {
        for (const Value& scheme : collect(call[4], call.runtime)) {
            if (!is_uri_scheme(to_str(scheme)))
                fail(ErrorKind::FilterArgument,
                     to_repr(scheme) + " is not a valid URI scheme prefix.");
            urlizer.schemes.push_back(to_str(scheme));
        }
    }
    const std::string text = urlizer.run(escape(call.self).string());
    call.runtime.check_bytes(text.size());
    return call.runtime.autoescape() ? Value::markup(text) : Value(text);
}

Value do_pprint(Call& call) {
    return pretty_print(call.self);
}

constexpr Builtin kMarkupFilters[] = {
    {"e", "", do_escape, false, print_escaped},
    {"escape", "", do_escape, false, print_escaped},
    {"forceescape", "", do_forceescape},
    {"pprint", "", do_pprint},
    {"safe", "", do_safe, false, print_safe},
    {"striptags", "", do_striptags},
    {"urlencode", "", do_urlencode},
    {"urlize", "trim_url_limit= nofollow= target= rel= extra_schemes=", do_urlize},
    {"xmlattr", "autospace=", do_xmlattr},
};

}  // namespace

std::span<const Builtin> markup_filters() {
    return kMarkupFilters;
}

}  // namespace indrik::templates::detail
