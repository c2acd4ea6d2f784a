#include "indrik/templates/printing.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

#include "indrik/templates/detail/chunks.hpp"
#include "indrik/templates/detail/unicode.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/object.hpp"
#include "indrik/templates/operations.hpp"

namespace indrik::templates {

namespace {

constexpr std::size_t kMaxDepth = 200;

constexpr std::array<bool, 256> kSpecial = [] {
    std::array<bool, 256> table{};
    for (const char c : {'&', '<', '>', '"', '\''}) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

/// The first character that is escaped, or `end`.
const char* find_special(const char* c, const char* end) {
#if defined(__x86_64__)
    for (; end - c >= 16; c += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(c));
        if (const unsigned mask = detail::specials_in(bytes); mask != 0)
            return c + std::countr_zero(mask);
    }
    if (end - c >= 8) {
        const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(c));
        if (const unsigned mask = detail::specials_in(bytes); mask != 0)
            return c + std::countr_zero(mask);
        c += 8;
    }
#endif
    while (c != end && !kSpecial[static_cast<unsigned char>(*c)]) ++c;
    return c;
}

void append_hex(std::string& out, std::string_view prefix, char32_t point, int width) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out += prefix;
    for (int shift = (width - 1) * 4; shift >= 0; shift -= 4) out += kDigits[point >> shift & 0xF];
}

/// repr() of containers, which may hold themselves.
class ReprPrinter {
public:
    explicit ReprPrinter(std::string& out) : out_(out) {}

    void print(const Value& value) {
        switch (value.kind()) {
            case Kind::String:
                if (value.is_markup()) out_ += "Markup(";
                append_string_repr(out_, value.string());
                if (value.is_markup()) out_ += ')';
                break;
            case Kind::Undefined:
                out_ += "Undefined";
                break;
            case Kind::List:
                print_container(value, '[', ']');
                break;
            case Kind::Tuple:
                print_container(value, '(', ')');
                break;
            case Kind::Dict:
                print_container(value, '{', '}');
                break;
            case Kind::Object:
                out_ += value.object().repr();
                break;
            default:
                append_str(out_, value);
                break;
        }
    }

private:
    void print_container(const Value& value, char open, char close) {
        for (const Value* outer : outer_) {
            if (outer->is_same(value)) {
                out_ += open;
                out_ += "...";
                out_ += close;
                return;
            }
        }
        if (outer_.size() >= kMaxDepth)
            fail(ErrorKind::Recursion, "a value is nested too deeply to be printed");
        outer_.push_back(&value);
        out_ += open;
        if (value.is(Kind::Dict)) {
            print_entries(value.dictionary());
        } else {
            print_items(value);
        }
        out_ += close;
        outer_.pop_back();
    }

    void print_items(const Value& value) {
        bool is_first = true;
        for (const Value& item : value.items()) {
            if (!is_first) out_ += ", ";
            is_first = false;
            print(item);
        }
        if (value.is(Kind::Tuple) && value.items().size() == 1) out_ += ',';
    }

    void print_entries(const Dict& dict) {
        bool is_first = true;
        for (const Dict::Entry& entry : dict.entries()) {
            if (!is_first) out_ += ", ";
            is_first = false;
            print(entry.key);
            out_ += ": ";
            print(entry.value);
        }
    }

    std::string& out_;
    std::vector<const Value*> outer_;
};

void append_undefined(std::string& out, const Value& value) {
    const detail::UndefinedData& data = value.undefined_data();
    if (data.kind == UndefinedKind::Strict) fail_undefined(value);
    if (data.kind != UndefinedKind::Debug) return;
    out += "{{ ";
    if (!data.hint.empty()) {
        out += "undefined value printed: " + data.hint;
    } else if (data.owner.is_missing()) {
        append_str(out, data.name);
    } else {
        out += "no such element: " + owner_name(data.owner) + "[";
        append_repr(out, data.name);
        out += ']';
    }
    out += " }}";
}

}  // namespace

void append_integer(std::string& out, std::int64_t number) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_float(std::string& out, double number) {
    if (std::isnan(number)) {
        out += "nan";
        return;
    }
    if (std::isinf(number)) {
        out += number < 0 ? "-inf" : "inf";
        return;
    }
    std::array<char, 40> text;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific)
            .ptr;
    const std::string_view scientific(text.data(), static_cast<std::size_t>(end - text.data()));
    const std::size_t e = scientific.find('e');
    const int exponent = std::atoi(std::string(scientific.substr(e + 1)).c_str());
    if (exponent >= -4 && exponent < 16) {
        std::array<char, 40> plain;
        const auto stop =
            std::to_chars(
                plain.data(), plain.data() + plain.size(), number, std::chars_format::fixed)
                .ptr;
        const std::string_view fixed(plain.data(), static_cast<std::size_t>(stop - plain.data()));
        out += fixed;
        if (fixed.find('.') == std::string_view::npos) out += ".0";
        return;
    }
    out += scientific;  // to_chars writes two exponent digits at least, as Python does
}

void append_string_repr(std::string& out, std::string_view text) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
    out += quote;
    std::size_t position = 0;
    while (position < text.size()) {
        const std::size_t begin = position;
        const char32_t c = detail::next_point(text, position);
        if (c == static_cast<char32_t>(quote) || c == '\\') {
            out += '\\';
            out += static_cast<char>(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c >= ' ' && c < 0x7F) {
            out += static_cast<char>(c);
        } else if (!detail::is_unprintable(c)) {
            out += text.substr(begin, position - begin);
        } else if (c < 0x100) {
            append_hex(out, "\\x", c, 2);
        } else if (c < 0x10000) {
            append_hex(out, "\\u", c, 4);
        } else {
            append_hex(out, "\\U", c, 8);
        }
    }
    out += quote;
}

void append_str(std::string& out, const Value& value) {
    switch (value.kind()) {
        case Kind::Missing:
            out += "missing";
            break;
        case Kind::None:
            out += "None";
            break;
        case Kind::Bool:
            out += value.integer() != 0 ? "True" : "False";
            break;
        case Kind::Int:
            append_integer(out, value.integer());
            break;
        case Kind::Float:
            append_float(out, value.floating());
            break;
        case Kind::String:
            out += value.string();
            break;
        case Kind::Undefined:
            append_undefined(out, value);
            break;
        case Kind::Object:
            out += value.object().str();
            break;
        default:
            append_repr(out, value);
            break;
    }
}

std::string to_str(const Value& value) {
    if (value.is_string()) return std::string(value.string());
    std::string text;
    append_str(text, value);
    return text;
}

Value soft_str(const Value& value) {
    return value.is_string() ? value : Value(to_str(value));
}

void append_repr(std::string& out, const Value& value) {
    ReprPrinter(out).print(value);
}

std::string to_repr(const Value& value) {
    std::string text;
    append_repr(text, value);
    return text;
}

void append_escaped(std::string& out, std::string_view text) {
    const char* run = text.data();
    const char* const end = run + text.size();
    for (const char* c = find_special(run, end); c != end; c = find_special(run, end)) {
        out.append(run, static_cast<std::size_t>(c - run));
        out += detail::entity(*c);
        run = c + 1;
    }
    out.append(run, static_cast<std::size_t>(end - run));
}

void append_escaped(std::string& out, const Value& value) {
    switch (value.kind()) {
        case Kind::String:
            if (value.is_markup()) {
                out += value.string();
            } else {
                append_escaped(out, value.string());
            }
            break;
        case Kind::Int:
            append_integer(out, value.integer());
            break;
        default:
            if (has_html(value)) {
                append_str(out, value);
            } else {
                append_escaped(out, std::string_view(to_str(value)));
            }
    }
}

bool has_html(const Value& value) {
    switch (value.kind()) {
        case Kind::String:
            return value.is_markup();
        case Kind::Object:
            return value.object().has_html();
        case Kind::Undefined:
            return value.undefined_data().kind == UndefinedKind::Chainable;
        default:
            return false;
    }
}

Value escape(const Value& value) {
    if (value.is_string()) {
        if (value.is_markup()) return value;
        if (std::string_view(value.string()).find_first_of("&<>\"'") == std::string_view::npos) {
            return value.as_markup();
        }
    }
    std::string text;
    append_escaped(text, value);
    return Value::markup(text);
}

}  // namespace indrik::templates
