#include "indrik/json/reader.hpp"

#include <algorithm>
#include <array>

#include "indrik/json/detail/scan.hpp"

namespace indrik::json {
namespace {

void append_utf8(std::string& out, unsigned point) {
    const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xc0 | point >> 6);
        put(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        put(0xe0 | point >> 12);
        put(0x80 | (point >> 6 & 0x3f));
        put(0x80 | (point & 0x3f));
    } else {
        put(0xf0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3f));
        put(0x80 | (point >> 6 & 0x3f));
        put(0x80 | (point & 0x3f));
    }
}

/// What a value begins like, by its first character.
constexpr std::array<Kind, 256> make_kinds() {
    std::array<Kind, 256> kinds{};
    kinds['n'] = Kind::Null;
    kinds['t'] = kinds['f'] = Kind::Bool;
    kinds['"'] = Kind::Text;
    kinds['['] = Kind::List;
    kinds['{'] = Kind::Map;
    kinds['-'] = Kind::Number;
    for (std::size_t digit = '0'; digit <= '9'; ++digit) kinds[digit] = Kind::Number;
    return kinds;
}
constexpr std::array<Kind, 256> kKinds = make_kinds();

}  // namespace

std::string_view kind_name(Kind kind) {
    switch (kind) {
        case Kind::None:
            break;
        case Kind::Null:
            return "null";
        case Kind::Bool:
            return "a boolean";
        case Kind::Number:
            return "a number";
        case Kind::Text:
            return "a string";
        case Kind::List:
            return "an array";
        case Kind::Map:
            return "an object";
    }
    return "nothing";
}

bool Reader::fail(const char* error) {
    if (error_ == nullptr) error_ = error;
    return false;
}

std::string Reader::error() const {
    if (error_ == nullptr) return {};
    const std::string_view before = text_.substr(0, position_);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    return "line " + std::to_string(line) + ", column " +
           std::to_string(before.size() - line_start + 1) + ": " + error_;
}

void Reader::skip_blanks() {
    while (position_ < text_.size()) {
        const char c = text_[position_];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') break;
        ++position_;
    }
}

bool Reader::take(char character) {
    if (position_ >= text_.size() || text_[position_] != character) return false;
    ++position_;
    return true;
}

Kind Reader::peek() {
    if (has_failed()) return Kind::None;
    skip_blanks();
    if (position_ == text_.size()) {
        fail("the text ends where a value should be");
        return Kind::None;
    }
    const Kind kind = kKinds[static_cast<unsigned char>(text_[position_])];
    if (kind != Kind::None) return kind;
    fail("expected a value");
    return Kind::None;
}

bool Reader::take_word(std::string_view word) {
    if (text_.substr(position_, word.size()) != word) return fail("expected a value");
    position_ += word.size();
    return true;
}

bool Reader::read_null() {
    return take_word("null");
}

bool Reader::read_bool(bool& value) {
    value = text_[position_] == 't';
    return take_word(value ? "true" : "false");
}

std::size_t Reader::skip_digits() {
    const std::size_t begin = position_;
    while (position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9') {
        ++position_;
    }
    return position_ - begin;
}

bool Reader::read_number(std::string_view& number) {
    const std::size_t begin = position_;
    take('-');
    if (!take('0') && skip_digits() == 0) return fail("expected a digit");
    if (take('.') && skip_digits() == 0) return fail("expected a digit");
    if (take('e') || take('E')) {
        if (!take('+')) take('-');
        if (skip_digits() == 0) return fail("expected a digit");
    }
    number = text_.substr(begin, position_ - begin);
    return true;
}

bool Reader::read_code_unit(unsigned& unit) {
    if (text_.size() - position_ < 4) return fail("expected four hexadecimal digits");
    unit = 0;
    for (int i = 0; i < 4; ++i) {
        const char c = text_[position_];
        unsigned digit = 0;
        if (c >= '0' && c <= '9') {
            digit = static_cast<unsigned>(c - '0');
        } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
            digit = static_cast<unsigned>((c | 0x20) - 'a') + 10;
        } else {
            return fail("expected four hexadecimal digits");
        }
        unit = unit * 16 + digit;
        ++position_;
    }
    return true;
}

/// What follows a backslash.
bool Reader::read_escape(std::string& text) {
    constexpr std::string_view kNamed =
        "\"\"\\\\//b\bf\fn\nr\rt\t";  // pairs: a letter, and what it means
    if (position_ == text_.size()) return fail("the text ends within a string");
    const char letter = text_[position_];
    for (std::size_t i = 0; i < kNamed.size(); i += 2) {
        if (kNamed[i] == letter) {
            text += kNamed[i + 1];
            ++position_;
            return true;
        }
    }
    if (letter != 'u') return fail("unknown escape");
    ++position_;
    unsigned unit = 0;
    if (!read_code_unit(unit)) return false;
    if (unit >= 0xdc00 && unit <= 0xdfff) return fail("half of a surrogate pair");
    if (unit >= 0xd800 && unit <= 0xdbff) {
        unsigned low = 0;
        if (!take('\\') || !take('u')) return fail("half of a surrogate pair");
        if (!read_code_unit(low)) return false;
        if (low < 0xdc00 || low > 0xdfff) return fail("half of a surrogate pair");
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
    append_utf8(text, unit);
    return true;
}

bool Reader::read_string(std::string_view& text, std::string& space) {
    const char* const begin = text_.data() + position_ + 1;  // behind the quotation mark
    const char* const end = text_.data() + text_.size();
    const char* const stop = detail::find_unclean(begin, end);
    if (stop != end && *stop == '"') {
        position_ += static_cast<std::size_t>(stop - begin) + 2;
        text = std::string_view(begin, static_cast<std::size_t>(stop - begin));
        return true;
    }
    space.clear();
    if (!read_escaped_string(space)) return false;
    text = space;
    return true;
}

bool Reader::read_string(std::string& text) {
    text.clear();
    return read_escaped_string(text);
}

bool Reader::read_escaped_string(std::string& text) {
    ++position_;  // the quotation mark
    for (;;) {
        const char* const begin = text_.data() + position_;
        const char* const end = text_.data() + text_.size();
        const char* const stop = detail::find_unclean(begin, end);
        text.append(begin, stop);
        position_ += static_cast<std::size_t>(stop - begin);
        if (stop == end) return fail("the text ends within a string");
        if (*stop == '"') break;
        if (*stop == '\\') {
            ++position_;
            if (!read_escape(text)) return false;
            continue;
        }
        if (static_cast<unsigned char>(*stop) < 0x20) return fail("control character in a string");
        const std::size_t length = detail::utf8_length(stop, end);
        if (length == 0) return fail("the text is not UTF-8");
        text.append(stop, length);
        position_ += length;
    }
    ++position_;
    return true;
}

bool Reader::enter() {
    if (depth_ == max_depth_) return fail("nested too deeply");
    ++depth_;
    ++position_;  // the bracket
    is_first_ = true;
    return true;
}

bool Reader::next_item(char close) {
    if (has_failed()) return false;
    skip_blanks();
    if (take(close)) {
        --depth_;
        is_first_ = false;
        return false;
    }
    if (is_first_) {
        is_first_ = false;
        return true;
    }
    if (!take(',')) return fail(close == ']' ? "expected ',' or ']'" : "expected ',' or '}'");
    return true;
}

bool Reader::begin_array() {
    return enter();
}
bool Reader::next_element() {
    return next_item(']');
}
bool Reader::begin_object() {
    return enter();
}

std::optional<std::string_view> Reader::next_member(std::string& space) {
    if (!next_item('}')) return std::nullopt;
    skip_blanks();
    std::string_view name;
    if (position_ == text_.size() || text_[position_] != '"') {
        fail("expected the name of a member");
        return std::nullopt;
    }
    if (!read_string(name, space)) return std::nullopt;
    skip_blanks();
    if (!take(':')) {
        fail("expected ':'");
        return std::nullopt;
    }
    return name;
}

bool Reader::skip() {
    std::string space;
    return skip_value(space);
}

/// Flat, because there is a call for each character that matters otherwise.
[[gnu::flatten]] bool Reader::skip_value(std::string& space) {
    std::string_view text;
    bool boolean = false;
    switch (peek()) {
        case Kind::None:
            return false;
        case Kind::Null:
            return read_null();
        case Kind::Bool:
            return read_bool(boolean);
        case Kind::Number:
            return read_number(text);
        case Kind::Text:
            return read_string(text, space);
        case Kind::List:
            if (!begin_array()) return false;
            while (next_element() && skip_value(space)) {
            }
            break;
        case Kind::Map:
            if (!begin_object()) return false;
            while (next_member(space) && skip_value(space)) {
            }
            break;
    }
    return !has_failed();
}

bool Reader::finish() {
    if (has_failed()) return false;
    skip_blanks();
    return position_ == text_.size() || fail("expected the end of the text");
}

}  // namespace indrik::json
