// Times as RFC 3339 has them.

#include <algorithm>
#include <cstddef>

#include "indrik/json/text_writer.hpp"

namespace indrik::json {
namespace {

using namespace std::chrono;

constexpr sys_seconds kFirst = sys_days(year(0) / 1 / 1);
constexpr sys_seconds kLast = sys_days(year(10000) / 1 / 1) - seconds(1);

void append_padded(std::string& out, unsigned number, unsigned digits) {
    const std::string text = std::to_string(number);
    out.append(digits - std::min<std::size_t>(digits, text.size()), '0');
    out += text;
}

/// Takes a text apart from left to right.
class TimeReader {
public:
    explicit TimeReader(std::string_view text) : text_(text) {}

    /// Exactly so many digits, at most `max`.
    bool read(unsigned digits, unsigned max, unsigned& number) {
        if (text_.size() < digits) return false;
        number = 0;
        for (const char c : text_.substr(0, digits)) {
            if (c < '0' || c > '9') return false;
            number = number * 10 + static_cast<unsigned>(c - '0');
        }
        text_.remove_prefix(digits);
        return number <= max;
    }
    /// One of these characters; it is what taken() returns then.
    bool take(std::string_view any_of) {
        if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
        taken_ = text_.front();
        text_.remove_prefix(1);
        return true;
    }
    char taken() const { return taken_; }
    /// A fraction of at least one digit.
    bool skip_digits() {
        const std::size_t end = std::min(text_.find_first_not_of("0123456789"), text_.size());
        text_.remove_prefix(end);
        return end > 0;
    }
    bool at_end() const { return text_.empty(); }

private:
    std::string_view text_;
    char taken_ = 0;
};

bool read_zone(TimeReader& reader, seconds& offset) {
    if (reader.take("Zz")) return true;
    if (!reader.take("+-")) return false;
    const int sign = reader.taken() == '+' ? 1 : -1;
    unsigned hour = 0;
    unsigned minute = 0;
    if (!reader.read(2, 23, hour) || !reader.take(":") || !reader.read(2, 59, minute)) return false;
    offset = sign * seconds(hour * 3600 + minute * 60);
    return true;
}

}  // namespace

std::string format_time(sys_seconds time) {
    time = std::clamp(time, kFirst, kLast);
    const sys_days day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::string text;
    append_padded(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    text += '-';
    append_padded(text, static_cast<unsigned>(date.month()), 2);
    text += '-';
    append_padded(text, static_cast<unsigned>(date.day()), 2);
    text += 'T';
    append_padded(text, static_cast<unsigned>(clock.hours().count()), 2);
    text += ':';
    append_padded(text, static_cast<unsigned>(clock.minutes().count()), 2);
    text += ':';
    append_padded(text, static_cast<unsigned>(clock.seconds().count()), 2);
    text += 'Z';
    return text;
}

bool parse_time(std::string_view text, sys_seconds& time) {
    TimeReader reader(text);
    unsigned y = 0, m = 0, d = 0, hour = 0, minute = 0, second = 0;
    const bool has_date = reader.read(4, 9999, y) && reader.take("-") && reader.read(2, 12, m) &&
                          reader.take("-") && reader.read(2, 31, d);
    const bool has_clock = has_date && reader.take("Tt ") && reader.read(2, 23, hour) &&
                           reader.take(":") && reader.read(2, 59, minute) && reader.take(":") &&
                           reader.read(2, 60, second);
    if (!has_clock || (reader.take(".") && !reader.skip_digits())) return false;
    seconds offset(0);
    if (!read_zone(reader, offset) || !reader.at_end()) return false;
    const year_month_day date(year(static_cast<int>(y)), month(m), day(d));
    if (!date.ok()) return false;
    // A leap second is the second after it, as in POSIX.
    time = sys_days(date) + seconds(hour * 3600 + minute * 60 + second) - offset;
    return time >= kFirst && time <= kLast;
}

}  // namespace indrik::json
