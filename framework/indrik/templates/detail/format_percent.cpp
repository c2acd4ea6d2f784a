// Python's formatting: the % operator, str.format and format specifications.
#include <array>
#include <cmath>
#include <cstdio>

#include "indrik/templates/detail/methods.hpp"
#include "indrik/templates/detail/text.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

constexpr std::int64_t kMaxPrecision = 2000;

/// A number as C prints it.
std::string print_float(double number, char kind, std::int64_t precision, bool is_alternate) {
    if (precision > kMaxPrecision) fail(ErrorKind::Value, "precision too big");
    const bool is_big = kind >= 'A' && kind <= 'Z';
    if (std::isnan(number)) return is_big ? "NAN" : "nan";
    if (std::isinf(number)) return std::string(number < 0 ? "-" : "") + (is_big ? "INF" : "inf");
    const std::string pattern = std::string("%") + (is_alternate ? "#" : "") + ".*" + kind;
    std::string text(512 + static_cast<std::size_t>(precision), '\0');
    const int size = std::snprintf(
        text.data(), text.size(), pattern.c_str(), static_cast<int>(precision), number);
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string print_integer(std::uint64_t magnitude, int base, bool is_big) {
    std::string digits;
    do {
        const auto digit = static_cast<int>(magnitude % static_cast<std::uint64_t>(base));
        digits.insert(
            digits.begin(),
            static_cast<char>(digit < 10 ? '0' + digit : (is_big ? 'A' : 'a') + digit - 10));
        magnitude /= static_cast<std::uint64_t>(base);
    } while (magnitude != 0);
    return digits;
}

std::uint64_t magnitude_of(std::int64_t number) {
    return number < 0 ? ~static_cast<std::uint64_t>(number) + 1
                      : static_cast<std::uint64_t>(number);
}

std::string prefix_of(char kind) {
    return kind == 'x' ? "0x" : kind == 'X' ? "0X" : kind == 'o' ? "0o" : kind == 'b' ? "0b" : "";
}
int base_of(char kind) {
    return kind == 'x' || kind == 'X' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 10;
}

/// One conversion of the % operator.
struct Conversion {
    bool is_left = false, has_sign = false, has_blank = false, is_alternate = false,
         has_zeros = false;
    std::int64_t width = 0;
    std::int64_t precision = -1;
    char kind = 0;
};

class PercentFormatter {
public:
    PercentFormatter(Runtime& runtime, const Value& format, const Value& argument)
        : runtime_(runtime),
          text_(format.string()),
          is_markup_(format.is_markup()),
          argument_(argument) {}

    std::string run() {
        while (position_ < text_.size()) {
            const std::size_t percent = std::min(text_.find('%', position_), text_.size());
            out_ += text_.substr(position_, percent - position_);
            position_ = percent;
            if (percent < text_.size()) convert();
            runtime_.check_bytes(out_.size());
        }
        const bool is_mapping = argument_.is(Kind::Dict) || argument_.is(Kind::List);
        if (!used_mapping_ && !is_mapping && next_ < count()) {
            fail(ErrorKind::Type, "not all arguments converted during string formatting");
        }
        return std::move(out_);
    }

private:
    std::size_t count() const { return argument_.is(Kind::Tuple) ? argument_.items().size() : 1; }
    char peek() const {
        if (position_ >= text_.size()) fail(ErrorKind::Value, "incomplete format");
        return text_[position_];
    }

    Value next() {
        if (used_mapping_) return argument_;
        if (next_ >= count()) fail(ErrorKind::Type, "not enough arguments for format string");
        return argument_.is(Kind::Tuple) ? argument_.items()[next_++] : (++next_, argument_);
    }

    Value find_named() {
        std::size_t end = position_ + 1;
        for (int depth = 1; depth > 0; ++end) {
            if (end >= text_.size()) fail(ErrorKind::Value, "incomplete format key");
            depth += text_[end] == '(' ? 1 : text_[end] == ')' ? -1 : 0;
        }
        const Value key(text_.substr(position_ + 1, end - position_ - 2));
        position_ = end;
        if (!argument_.is(Kind::Dict)) fail(ErrorKind::Type, "format requires a mapping");
        used_mapping_ = true;
        const Value* found = argument_.dictionary().find(key);
        if (!found) fail(ErrorKind::Key, to_repr(key));
        return *found;
    }

    std::int64_t read_number() {
        std::int64_t number = 0;
        if (peek() == '*') {
            ++position_;
            const Value value = next();
            if (!value.is_integer()) fail(ErrorKind::Type, "* wants int");
            return value.integer();
        }
        while (peek() >= '0' && peek() <= '9') {
            number = number * 10 + (text_[position_++] - '0');
            if (number > (1 << 30)) fail(ErrorKind::Value, "width too big");
        }
        return number;
    }

    void convert() {
        ++position_;
        Value named = Value::missing();
        if (peek() == '(') named = find_named();
        Conversion how;
        for (;; ++position_) {
            const char flag = peek();
            if (flag == '-')
                how.is_left = true;
            else if (flag == '+')
                how.has_sign = true;
            else if (flag == ' ')
                how.has_blank = true;
            else if (flag == '#')
                how.is_alternate = true;
            else if (flag == '0')
                how.has_zeros = true;
            else
                break;
        }
        how.width = read_number();
        if (how.width < 0) {
            how.is_left = true;
            how.width = how.width < -(1 << 30) ? 1 << 30 : -how.width;
        }
        if (peek() == '.') {
            ++position_;
            how.precision = std::max<std::int64_t>(0, read_number());
        }
        while (peek() == 'h' || peek() == 'l' || peek() == 'L') ++position_;
        how.kind = text_[position_++];
        if (how.kind == '%') {
            out_ += '%';
            return;
        }
        runtime_.check_bytes(static_cast<std::size_t>(how.width));
        const Value value = named.is_missing() ? next() : named;
        add(how, value);
    }

    void add(const Conversion& how, const Value& value) {
        switch (how.kind) {
            case 's':
            case 'r':
            case 'a':
                return add_text(how, value);
            case 'c':
                return add_character(how, value);
            case 'd':
            case 'i':
            case 'u':
            case 'x':
            case 'X':
            case 'o':
                return add_integer(how, value);
            case 'e':
            case 'E':
            case 'f':
            case 'F':
            case 'g':
            case 'G':
                return add_number(how, value);
            default:
                fail(ErrorKind::Value,
                     std::string("unsupported format character '") + how.kind + "' at index " +
                         std::to_string(position_ - 1));
        }
    }

    void add_text(const Conversion& how, const Value& value) {
        std::string text;
        if (how.kind == 's') {
            is_markup_ ? append_escaped(text, value) : append_str(text, value);
        } else {
            append_repr(text, value);
            if (is_markup_) text = escape(Value(text)).string();
        }
        pad(how,
            std::string(),
            how.precision >= 0
                ? text.substr(0, offset_of(text, static_cast<std::size_t>(how.precision)))
                : text,
            false);
    }

    void add_character(const Conversion& how, const Value& value) {
        std::string text;
        if (value.is_integer()) {
            if (value.integer() < 0 || value.integer() > 0x10FFFF)
                fail(ErrorKind::Overflow, "%c arg not in range(0x110000)");
            append_point(text, static_cast<char32_t>(value.integer()));
        } else if (value.is_string() && value.length() == 1) {
            text = value.string();
        } else {
            fail(ErrorKind::Type, "%c requires int or char");
        }
        pad(how, std::string(), text, false);
    }

    std::string sign_of(const Conversion& how, bool is_negative) const {
        return is_negative ? "-" : how.has_sign ? "+" : how.has_blank ? " " : "";
    }

    void add_integer(const Conversion& how, const Value& value) {
        std::int64_t number = 0;
        if (value.is_integer()) {
            number = value.integer();
        } else if (value.is(Kind::Float) && how.kind != 'x' && how.kind != 'X' && how.kind != 'o') {
            if (!(std::fabs(value.floating()) < 9.2e18))
                fail(ErrorKind::Overflow, "cannot convert float to integer");
            number = static_cast<std::int64_t>(value.floating());
        } else {
            refuse_undefined_number(how, value);
        }
        std::string digits =
            print_integer(magnitude_of(number), base_of(how.kind), how.kind == 'X');
        if (how.precision > kMaxPrecision) fail(ErrorKind::Value, "precision too big");
        while (static_cast<std::int64_t>(digits.size()) < how.precision)
            digits.insert(digits.begin(), '0');
        pad(how,
            sign_of(how, number < 0) + (how.is_alternate ? prefix_of(how.kind) : ""),
            digits,
            true);
    }

    [[noreturn]] static void refuse_undefined_number(const Conversion& how, const Value& value) {
        fail(ErrorKind::Type,
             std::string("%") + how.kind + " format: a real number is required, not " +
                 std::string(type_name(value)));
    }

    void add_number(const Conversion& how, const Value& value) {
        double number = 0;
        if (value.is_number()) {
            number = value.number();
        } else if (value.is_undefined()) {
            fail_undefined(value);
        } else {
            fail(ErrorKind::Type, "must be real number, not " + std::string(type_name(value)));
        }
        std::string text =
            print_float(number, how.kind, how.precision < 0 ? 6 : how.precision, how.is_alternate);
        const bool is_negative = text.starts_with('-');
        if (is_negative) text.erase(0, 1);
        pad(how, sign_of(how, is_negative), text, true);
    }

    void pad(const Conversion& how,
             const std::string& prefix,
             const std::string& text,
             bool is_number) {
        const auto size = static_cast<std::int64_t>(prefix.size() + count_points(text));
        const auto padding = static_cast<std::size_t>(std::max<std::int64_t>(0, how.width - size));
        if (how.is_left) {
            out_ += prefix + text + std::string(padding, ' ');
        } else if (how.has_zeros && is_number) {
            out_ += prefix + std::string(padding, '0') + text;
        } else {
            out_ += std::string(padding, ' ') + prefix + text;
        }
    }

    Runtime& runtime_;
    std::string_view text_;
    bool is_markup_;
    const Value& argument_;
    std::size_t position_ = 0;
    std::size_t next_ = 0;
    bool used_mapping_ = false;
    std::string out_;
};

}  // namespace

Value format_percent(Runtime& runtime, const Value& format, const Value& argument) {
    return like(format, PercentFormatter(runtime, format, argument).run());
}

}  // namespace indrik::templates::detail
