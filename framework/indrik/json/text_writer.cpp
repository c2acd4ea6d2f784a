#include "indrik/json/text_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <boost/json/serialize.hpp>

#include "indrik/json/detail/scan.hpp"

namespace indrik::json {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

/// One character that JSON strings hold escaped only.
void append_escape(std::string& out, char character) {
    constexpr std::string_view kNamed = "\"\"\\\\\bb\ff\nn\rr\tt";  // pairs: what, and its letter
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (std::size_t i = 0; i < kNamed.size(); i += 2) {
        if (kNamed[i] == character) {
            out += '\\';
            out += kNamed[i + 1];
            return;
        }
    }
    out += "\\u00";
    out += kDigits[static_cast<unsigned char>(character) >> 4];
    out += kDigits[character & 15];
}

template <class Number>
void append_digits(std::string& out, Number number) {
    std::array<char, 32> digits;
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), result.ptr);
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    out += '"';
    for (;;) {
        const char* const stop = detail::find_unclean(at, end);
        out.append(at, stop);
        if (stop == end) break;
        at = stop + 1;
        if (static_cast<unsigned char>(*stop) < 0x80) {
            append_escape(out, *stop);
        } else if (const std::size_t length = detail::utf8_length(stop, end); length != 0) {
            out.append(stop, length);
            at = stop + length;
        } else {
            out += kReplacement;
        }
    }
    out += '"';
}

void append_integer(std::string& out, std::int64_t number) {
    append_digits(out, number);
}
void append_integer(std::string& out, std::uint64_t number) {
    append_digits(out, number);
}
void append_number(std::string& out, double number) {
    std::isfinite(number) ? append_digits(out, number) : void(out += "null");
}
void append_number(std::string& out, float number) {
    std::isfinite(number) ? append_digits(out, number) : void(out += "null");
}
void append_value(std::string& out, const Value& value) {
    out += boost::json::serialize(value);
}

}  // namespace indrik::json
