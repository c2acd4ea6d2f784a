// The methods of strings. Those of markup escape their arguments and give markup, as markupsafe's do.
#include "indrik/templates/detail/methods.hpp"
#include "indrik/templates/detail/text.hpp"
#include "indrik/templates/detail/unicode.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// A text argument; escaped if the string is markup.
std::string argument(const Call& call, std::size_t index) {
    if (call.self.is_markup() && call[index].is_string())
        return std::string(escape(call[index]).string());
    return std::string(call.text(index));
}

std::optional<std::string> optional_argument(const Call& call, std::size_t index) {
    if (!call.has(index) || call[index].is_none()) return std::nullopt;
    return argument(call, index);
}

template <std::string (*Convert)(std::string_view)>
Value converted(Call& call) {
    return like(call.self, Convert(call.self.string()));
}

template <Side side>
Value stripped(Call& call) {
    const auto chars = optional_argument(call, 0);
    return like(call.self,
                strip(call.self.string(),
                      chars ? std::optional<std::string_view>(*chars) : std::nullopt,
                      side));
}

template <Side side>
Value justified(Call& call) {
    const std::string fill = call.has(1) ? std::string(call.text(1)) : " ";
    return like(call.self,
                justify(call.self.string(), to_index(call[0]), fill, side, call.runtime));
}

template <bool (*Test)(char32_t)>
Value tested(Call& call) {
    const std::string_view text = call.self.string();
    for (std::size_t i = 0; i < text.size();) {
        if (!Test(next_point(text, i))) return false;
    }
    return !text.empty();
}

bool is_printable(char32_t c) {
    return !is_unprintable(c);
}
bool is_ascii(char32_t c) {
    return c < 0x80;
}

Value is_ascii_text(Call& call) {
    return call.self.string().empty() || truth(tested<is_ascii>(call));
}
Value is_printable_text(Call& call) {
    return call.self.string().empty() || truth(tested<is_printable>(call));
}
Value is_lower_case(Call& call) {
    return is_lower_text(call.self.string());
}
Value is_upper_case(Call& call) {
    return is_upper_text(call.self.string());
}

Value is_identifier(Call& call) {
    const std::string_view text = call.self.string();
    for (std::size_t i = 0; i < text.size();) {
        const bool is_first = i == 0;
        const char32_t c = next_point(text, i);
        if (is_first ? !is_identifier_start(c) : !is_identifier_rest(c)) return false;
    }
    return !text.empty();
}

Value is_title_case(Call& call) {
    const std::string_view text = call.self.string();
    bool has_cased = false;
    bool is_inside = false;
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = next_point(text, i);
        if ((is_upper(c) || is_title(c)) && is_inside) return false;
        if (is_lower(c) && !is_inside) return false;
        is_inside = is_cased(c);
        has_cased = has_cased || is_inside;
    }
    return has_cased;
}

/// The part that find, count, startswith and their kin look at.
struct Window {
    std::string_view text;
    std::int64_t start;
    bool is_empty;  // its end lies before its begin
};

Window window(const Call& call, std::size_t first) {
    const auto bound = [&](std::size_t index) { return call.has(index) ? call[index] : Value(); };
    const auto size = static_cast<std::int64_t>(call.self.length());
    const auto clamp = [&](const Value& value, std::int64_t otherwise) {
        std::int64_t at = value.is_none() ? otherwise : to_index(value);
        if (at < 0) at = std::max<std::int64_t>(0, at + size);
        return at;
    };
    const std::int64_t start = clamp(bound(first), 0);
    const std::int64_t end = std::min(size, clamp(bound(first + 1), size));
    if (start > end) return {{}, start, true};
    const std::string_view text = call.self.string();
    const std::size_t begin = offset_of(text, static_cast<std::size_t>(start));
    return {
        text.substr(begin, offset_of(text.substr(begin), static_cast<std::size_t>(end - start))),
        start,
        false};
}

Value found_at(const Window& part, std::size_t offset) {
    if (offset == kNone) return -1;
    return part.start + static_cast<std::int64_t>(count_points(part.text.substr(0, offset)));
}

Value do_find(Call& call) {
    const Window part = window(call, 1);
    return part.is_empty ? Value(-1) : found_at(part, part.text.find(call.text(0)));
}

Value do_rfind(Call& call) {
    const Window part = window(call, 1);
    return part.is_empty ? Value(-1) : found_at(part, part.text.rfind(call.text(0)));
}

Value or_fail(Value position) {
    if (position.integer() < 0) fail(ErrorKind::Value, "substring not found");
    return position;
}

Value do_index(Call& call) {
    return or_fail(do_find(call));
}
Value do_rindex(Call& call) {
    return or_fail(do_rfind(call));
}

Value do_count(Call& call) {
    const Window part = window(call, 1);
    const std::string_view wanted = call.text(0);
    if (part.is_empty) return 0;
    if (wanted.empty()) return count_points(part.text) + 1;
    std::int64_t count = 0;
    for (std::size_t at = part.text.find(wanted); at != kNone;
         at = part.text.find(wanted, at + wanted.size()))
        ++count;
    return count;
}

template <bool at_start>
Value matched(Call& call) {
    const Window part = window(call, 1);
    const auto fits = [&](const Value& affix) {
        if (!affix.is_string())
            fail(ErrorKind::Type,
                 "first arg must be str or a tuple of str, not " + std::string(type_name(affix)));
        return !part.is_empty && (at_start ? part.text.starts_with(affix.string())
                                           : part.text.ends_with(affix.string()));
    };
    if (!call[0].is(Kind::Tuple)) return fits(call[0]);
    for (const Value& affix : call[0].items()) {
        if (fits(affix)) return true;
    }
    return false;
}

Value do_replace(Call& call) {
    return like(call.self,
                replace(call.self.string(),
                        argument(call, 0),
                        argument(call, 1),
                        call.integer(2, -1),
                        call.runtime));
}

Value pieces(const Call& call, const std::vector<std::string_view>& parts) {
    call.runtime.check_items(parts.size());
    Values items;
    for (const std::string_view part : parts) items.push_back(like(call.self, part));
    return Value::list(std::move(items));
}

std::optional<std::string_view> separator(const Call& call) {
    if (!call.has(0) || call[0].is_none()) return std::nullopt;
    return call.text(0);
}

Value do_split(Call& call) {
    return pieces(call, split(call.self.string(), separator(call), call.integer(1, -1)));
}
Value do_rsplit(Call& call) {
    return pieces(call, split_right(call.self.string(), separator(call), call.integer(1, -1)));
}
Value do_splitlines(Call& call) {
    return pieces(call, split_lines(call.self.string(), call.flag(0)));
}

template <bool from_right>
Value partitioned(Call& call) {
    const std::string_view text = call.self.string();
    const std::string between = argument(call, 0);
    if (between.empty()) fail(ErrorKind::Value, "empty separator");
    const std::size_t at = from_right ? text.rfind(between) : text.find(between);
    std::string_view parts[3] = {from_right ? "" : text, "", from_right ? text : ""};
    if (at != kNone) {
        parts[0] = text.substr(0, at);
        parts[1] = text.substr(at, between.size());
        parts[2] = text.substr(at + between.size());
    }
    return Value::tuple(
        {like(call.self, parts[0]), like(call.self, parts[1]), like(call.self, parts[2])});
}

Value do_removeprefix(Call& call) {
    std::string_view text = call.self.string();
    if (text.starts_with(call.text(0))) text.remove_prefix(call.text(0).size());
    return Value(text);
}

Value do_removesuffix(Call& call) {
    std::string_view text = call.self.string();
    if (text.ends_with(call.text(0))) text.remove_suffix(call.text(0).size());
    return Value(text);
}

Value do_join(Call& call) {
    std::string text;
    bool is_first = true;
    const auto items = iterate(call[0]);
    std::int64_t index = 0;
    for (Value item; items->next(item); ++index) {
        call.runtime.step();
        if (!is_first) text += call.self.string();
        is_first = false;
        if (call.self.is_markup()) {
            append_escaped(text, item);
        } else if (item.is_string()) {
            text += item.string();
        } else {
            fail(ErrorKind::Type,
                 "sequence item " + std::to_string(index) + ": expected str instance, " +
                     std::string(type_name(item)) + " found");
        }
        call.runtime.check_bytes(text.size());
    }
    return like(call.self, text);
}

Value do_zfill(Call& call) {
    const std::string_view text = call.self.string();
    const auto length = static_cast<std::int64_t>(call.self.length());
    const std::int64_t width = to_index(call[0]);
    if (width <= length) return call.self;
    call.runtime.check_bytes(static_cast<std::size_t>(width));
    const bool has_sign = text.starts_with('-') || text.starts_with('+');
    const std::string zeros(static_cast<std::size_t>(width - length), '0');
    return like(call.self,
                std::string(text.substr(0, has_sign ? 1 : 0)) + zeros +
                    std::string(text.substr(has_sign ? 1 : 0)));
}

Value do_expandtabs(Call& call) {
    const std::int64_t size = call.integer(0, 8);
    std::string result;
    std::int64_t column = 0;
    const std::string_view text = call.self.string();
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t begin = i;
        const char32_t c = next_point(text, i);
        if (c == '\t') {
            const std::int64_t blanks = size > 0 ? size - column % size : 0;
            call.runtime.check_bytes(result.size() + static_cast<std::size_t>(blanks));
            result.append(static_cast<std::size_t>(blanks), ' ');
            column += blanks;
            continue;
        }
        column = c == '\n' || c == '\r' ? 0 : column + 1;
        result += text.substr(begin, i - begin);
    }
    return like(call.self, result);
}

Value do_format(Call& call) {
    return format_braces(call, call.self);
}

constexpr Builtin kTextMethods[] = {
    {"capitalize", "", converted<capitalize>},
    {"casefold", "", converted<casefold>},
    {"center", "width fillchar=", justified<Side::Both>},
    {"count", "sub start= end=", do_count},
    {"endswith", "suffix start= end=", matched<false>},
    {"expandtabs", "tabsize=", do_expandtabs},
    {"find", "sub start= end=", do_find},
    {"format", "***", do_format},
    {"index", "sub start= end=", do_index},
    {"isalnum", "", tested<is_alphanumeric>},
    {"isalpha", "", tested<is_alpha>},
    {"isascii", "", is_ascii_text},
    {"isdecimal", "", tested<is_decimal>},
    {"isdigit", "", tested<is_digit>},
    {"isidentifier", "", is_identifier},
    {"islower", "", is_lower_case},
    {"isnumeric", "", tested<is_numeric>},
    {"isprintable", "", is_printable_text},
    {"isspace", "", tested<is_space>},
    {"istitle", "", is_title_case},
    {"isupper", "", is_upper_case},
    {"join", "iterable", do_join},
    {"ljust", "width fillchar=", justified<Side::Left>},
    {"lower", "", converted<lower>},
    {"lstrip", "chars=", stripped<Side::Left>},
    {"partition", "sep", partitioned<false>},
    {"removeprefix", "prefix", do_removeprefix},
    {"removesuffix", "suffix", do_removesuffix},
    {"replace", "old new count=", do_replace},
    {"rfind", "sub start= end=", do_rfind},
    {"rindex", "sub start= end=", do_rindex},
    {"rjust", "width fillchar=", justified<Side::Right>},
    {"rpartition", "sep", partitioned<true>},
    {"rsplit", "sep= maxsplit=", do_rsplit},
    {"rstrip", "chars=", stripped<Side::Right>},
    {"split", "sep= maxsplit=", do_split},
    {"splitlines", "keepends=", do_splitlines},
    {"startswith", "prefix start= end=", matched<true>},
    {"strip", "chars=", stripped<Side::Both>},
    {"swapcase", "", converted<swapcase>},
    {"title", "", converted<title>},
    {"upper", "", converted<upper>},
    {"zfill", "width", do_zfill},
};

}  // namespace

std::span<const Builtin> text_methods() {
    return kTextMethods;
}

}  // namespace indrik::templates::detail
