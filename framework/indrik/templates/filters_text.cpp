// Filters of text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "indrik/templates/detail/chunks.hpp"
#include "indrik/templates/detail/methods.hpp"
#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/detail/text.hpp"
#include "indrik/templates/detail/unicode.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/detail/word_wrap.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

constexpr std::int64_t kTruncateLeeway = 5;

template <std::string (*Convert)(std::string_view)>
Value converted(Call& call) {
    const Value text = soft_str(call.self);
    return like(text, Convert(text.string()));
}

#if defined(__x86_64__)
/// In the other case: characters from `First` on, which are ASCII.
template <char First>
__m128i with_case(__m128i bytes) {
    const __m128i is_letter = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(First - 1)),
                                            _mm_cmplt_epi8(bytes, _mm_set1_epi8(First + 26)));
    return _mm_xor_si128(bytes, _mm_and_si128(is_letter, _mm_set1_epi8('a' - 'A')));
}

template <char First>
char* write_case(char* at, __m128i bytes, std::size_t size, bool is_raw) {
    const __m128i result = with_case<First>(bytes);
    if (!is_raw) return escape_chunk(at, result, size);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at), result);
    return at + size;
}

template <char First>
[[gnu::noinline]] Room print_long_case(std::string& out,
                                       Room room,
                                       std::string_view text,
                                       bool is_raw) {
    constexpr std::size_t kMost = 256;
    constexpr std::size_t kLongestEntity = 5;
    if (text.size() > kMost) return {room.at, nullptr};
    const std::size_t needed = kLongestEntity * text.size();
    if (room.end - room.at < static_cast<std::ptrdiff_t>(needed)) [[unlikely]]
        room = make_room(out, room.at, needed);
    char* at = room.at;
    for (std::size_t i = 0; i < text.size(); i += kChunkBytes) {
        const std::size_t size = std::min(text.size() - i, kChunkBytes);
        const __m128i bytes = load_chunk(text.data() + i, size);
        if (_mm_movemask_epi8(bytes) != 0) return {room.at, nullptr};
        at = write_case<First>(at, bytes, size, is_raw);
    }
    return {at, room.end};
}

/// Upper or lower case of plain ASCII, which most of what is printed is.
template <char First>
Room print_case(std::string& out, Room room, const Value& self, bool escapes) {
    if (!self.is_string()) return {room.at, nullptr};
    const std::string_view text = self.string();
    const bool is_raw = !escapes || self.is_markup();
    if (text.size() > kChunkBytes) return print_long_case<First>(out, room, text, is_raw);
    const __m128i bytes = load_chunk(text.data(), text.size());
    if (_mm_movemask_epi8(bytes) != 0) return {room.at, nullptr};
    room.at = write_case<First>(room.at, bytes, text.size(), is_raw);
    return room.at > room.end ? make_room(out, room.at, 0) : room;
}
constexpr auto kPrintUpper = print_case<'a'>;
constexpr auto kPrintLower = print_case<'A'>;
#else
constexpr std::nullptr_t kPrintUpper = nullptr;
constexpr std::nullptr_t kPrintLower = nullptr;
#endif

Value do_center(Call& call) {
    const Value text = soft_str(call.self);
    return like(text, justify(text.string(), call.integer(0, 80), " ", Side::Both, call.runtime));
}

Value do_format(Call& call) {
    if (!call.rest.empty() && !call.keywords.empty()) {
        fail(ErrorKind::FilterArgument,
             "can't handle positional and keyword arguments at the same time");
    }
    Value argument;
    if (call.keywords.empty()) {
        argument = Value::tuple({call.rest.begin(), call.rest.end()});
    } else {
        Dict dict;
        for (const Keyword& keyword : call.keywords) dict.set(keyword.name, keyword.value);
        argument = Value::dict(std::move(dict));
    }
    return format_percent(call.runtime, soft_str(call.self), argument);
}

Value do_indent(Call& call) {
    const Value& text = call.self;
    if (!text.is_string()) {
        refuse_undefined(text);
        fail(
            ErrorKind::Type,
            "unsupported operand type(s) for +=: '" + std::string(type_name(text)) + "' and 'str'");
    }
    std::string indentation;
    if (call.has(0) && call[0].is_string()) {
        indentation = call[0].string();
    } else {
        const std::int64_t width = std::max<std::int64_t>(0, call.integer(0, 4));
        call.runtime.check_bytes(static_cast<std::size_t>(width));
        indentation.assign(static_cast<std::size_t>(width), ' ');
    }
    const bool indents_first = call.flag(1);
    const bool indents_blank = call.flag(2);
    const std::string source = std::string(text.string()) + "\n";
    std::string result = indents_first ? indentation : "";
    bool is_first = true;
    for (const std::string_view line : split_lines(source)) {
        if (!is_first) {
            result += '\n';
            if (indents_blank || !line.empty()) result += indentation;
        }
        is_first = false;
        result += line;
        call.runtime.check_bytes(result.size());
    }
    return like(text, result);
}

Value do_replace(Call& call) {
    const std::int64_t count = call.has(2) && !call[2].is_none() ? to_index(call[2]) : -1;
    if (!call.runtime.autoescape()) {
        return Value(
            replace(to_str(call.self), to_str(call[0]), to_str(call[1]), count, call.runtime));
    }
    const bool escapes = has_html(call[0]) || (has_html(call[1]) && !has_html(call.self));
    const Value text = escapes ? escape(call.self) : soft_str(call.self);
    if (!text.is_markup())
        return Value(replace(text.string(), to_str(call[0]), to_str(call[1]), count, call.runtime));
    return Value::markup(replace(text.string(),
                                 escape(soft_str(call[0])).string(),
                                 escape(soft_str(call[1])).string(),
                                 count,
                                 call.runtime));
}

Value do_string(Call& call) {
    return soft_str(call.self);
}

bool starts_word(char32_t c) {
    return c == '-' || c == '(' || c == '{' || c == '[' || c == '<' || is_space(c);
}

/// Words begin behind white space and opening brackets only: "it's" is one word.
Value do_title(Call& call) {
    const std::string source = to_str(call.self);
    std::string result;
    std::size_t begin = 0;
    while (begin < source.size()) {
        std::size_t position = begin;
        const bool is_separator = starts_word(next_point(source, position));
        const std::size_t first_end = position;
        for (std::size_t at = position; at < source.size(); position = at) {
            if (starts_word(next_point(source, at)) != is_separator) break;
        }
        result += upper(std::string_view(source).substr(begin, first_end - begin));
        result += lower(std::string_view(source).substr(first_end, position - first_end));
        begin = position;
    }
    return result;
}

Value do_trim(Call& call) {
    const Value text = soft_str(call.self);
    if (!call.has(0) || call[0].is_none()) return like(text, strip(text.string(), std::nullopt));
    if (!call[0].is_string())
        fail(ErrorKind::Type,
             "strip arg must be None or str, not " + std::string(type_name(call[0])));
    const std::string chars(text.is_markup() ? escape(call[0]).string() : call[0].string());
    return like(text, strip(text.string(), chars));
}

Value do_truncate(Call& call) {
    const std::int64_t length = call.integer(0, 255);
    const Value end = call.has(2) ? call[2] : Value("...");
    const std::int64_t leeway =
        call.has(3) && !call[3].is_none() ? to_index(call[3]) : kTruncateLeeway;
    const auto end_length = static_cast<std::int64_t>(templates::length(end));
    if (length < end_length) {
        fail(
            ErrorKind::AssertionFailed,
            "expected length >= " + std::to_string(end_length) + ", got " + std::to_string(length));
    }
    if (leeway < 0)
        fail(ErrorKind::AssertionFailed, "expected leeway >= 0, got " + std::to_string(leeway));
    const Value& text = call.self;
    if (static_cast<std::int64_t>(templates::length(text)) <= length + leeway) return text;
    if (!text.is_string())
        fail(ErrorKind::Type, "can only truncate strings, not " + std::string(type_name(text)));
    const std::size_t kept =
        offset_of(text.string(), static_cast<std::size_t>(length - end_length));
    std::string_view result = text.string().substr(0, kept);
    if (!call.flag(1)) result = result.substr(0, std::min(result.rfind(' '), result.size()));
    return binary(BinaryOperator::Add, like(text, result), end, call.runtime);
}

Value do_wordcount(Call& call) {
    const std::string text = to_str(call.self);
    std::int64_t count = 0;
    bool is_inside = false;
    for (std::size_t i = 0; i < text.size();) {
        const bool is_part = is_word(next_point(text, i));
        if (is_part && !is_inside) ++count;
        is_inside = is_part;
    }
    return count;
}

Value do_wordwrap(Call& call) {
    const std::string newline = call.has(2) && !call[2].is_none()
                                    ? to_str(call[2])
                                    : call.runtime.environment().syntax().newline_sequence;
    if (!call.self.is_string()) {
        refuse_undefined(call.self);
        fail(ErrorKind::Attribute,
             "'" + std::string(type_name(call.self)) + "' object has no attribute 'splitlines'");
    }
    const std::int64_t width = call.integer(0, 79);
    std::string result;
    bool is_first = true;
    for (const std::string_view line : split_lines(call.self.string())) {
        if (!is_first) result += newline;
        is_first = false;
        bool is_first_part = true;
        for (const std::string& part :
             wrap_words(line, width, call.flag(1, true), call.flag(3, true))) {
            if (!is_first_part) result += newline;
            is_first_part = false;
            result += part;
        }
        call.runtime.check_bytes(result.size());
    }
    return result;
}

constexpr Builtin kTextFilters[] = {
    {"capitalize", "", converted<capitalize>},
    {"center", "width=", do_center},
    {"format", "***", do_format},
    {"indent", "width= first= blank=", do_indent},
    {"lower", "", converted<lower>, false, kPrintLower},
    {"replace", "old new count=", do_replace},
    {"string", "", do_string},
    {"title", "", do_title},
    {"trim", "chars=", do_trim},
    {"truncate", "length= killwords= end= leeway=", do_truncate},
    {"upper", "", converted<upper>, false, kPrintUpper},
    {"wordcount", "", do_wordcount},
    {"wordwrap", "width= break_long_words= wrapstring= break_on_hyphens=", do_wordwrap},
};

}  // namespace

std::span<const Builtin> text_filters() {
    return kTextFilters;
}

}  // namespace indrik::templates::detail
