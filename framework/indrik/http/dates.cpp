#include "indrik/http/dates.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kFirstTime = -62167219200;  // the year 0 begins
constexpr std::int64_t kLastTime = 253402300799;   // the year 9999 ends

struct CivilDate {
    std::int64_t year;
    unsigned month;  // 1 to 12
    unsigned day;    // 1 to 31
};

// Years are counted from March, so that the leap day is the last of its year, in eras of 400 years
// (146097 days).

constexpr std::int64_t days_from_civil(CivilDate date) {
    const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t year_of_era = year - era * 400;
    const unsigned month = (date.month + 9) % 12;
    const std::int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

constexpr CivilDate civil_from_days(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const std::int64_t day_of_era = days - era * 146097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month = (5 * day_of_year + 2) / 153;  // 0 is March
    const auto day = static_cast<unsigned>(day_of_year - (153 * month + 2) / 5 + 1);
    const auto civil_month = static_cast<unsigned>(month < 10 ? month + 3 : month - 9);
    const std::int64_t year = year_of_era + era * 400 + (civil_month <= 2 ? 1 : 0);
    return {year, civil_month, day};
}

static_assert(days_from_civil({1970, 1, 1}) == 0);
static_assert(civil_from_days(11016).month == 2 && civil_from_days(11016).day == 29);

unsigned weekday_of(std::int64_t days) {
    return static_cast<unsigned>(((days + 4) % 7 + 7) % 7);
}

void put_two(char* out, unsigned value) {
    out[0] = static_cast<char>('0' + value / 10);
    out[1] = static_cast<char>('0' + value % 10);
}

/// Reads a date piece by piece; each step says whether it fitted.
class DateReader {
public:
    explicit DateReader(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }

    bool skip(std::string_view expected) {
        if (rest_.substr(0, expected.size()) != expected) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    bool number(std::size_t digits, unsigned& out) {
        if (rest_.size() < digits) return false;
        out = 0;
        for (const char digit : rest_.substr(0, digits)) {
            if (!is_digit(digit)) return false;
            out = out * 10 + static_cast<unsigned>(digit - '0');
        }
        rest_.remove_prefix(digits);
        return true;
    }

    /// The day of asctime: two digits, or a space and one.
    bool padded_day(unsigned& out) { return skip(" ") ? number(1, out) : number(2, out); }

    template <std::size_t count>
    bool one_of(const std::array<std::string_view, count>& names, unsigned& out) {
        for (unsigned i = 0; i < count; ++i) {
            if (skip(names[i])) {
                out = i;
                return true;
            }
        }
        return false;
    }

    bool time(std::int64_t& out) {
        unsigned hour = 0;
        unsigned minute = 0;
        unsigned second = 0;
        const bool read =
            number(2, hour) && skip(":") && number(2, minute) && skip(":") && number(2, second);
        if (!read || hour > 23 || minute > 59 || second > 60) return false;
        out = hour * 3600 + minute * 60 + std::min(second, 59U);  // a leap second is the one before
        return true;
    }

private:
    std::string_view rest_;
};

std::optional<std::time_t> make_time(
    std::int64_t year, unsigned month_index, unsigned day, unsigned weekday, std::int64_t seconds) {
    const CivilDate date{year, month_index + 1, day};
    const std::int64_t days = days_from_civil(date);
    const CivilDate back = civil_from_days(days);
    if (back.day != date.day || back.month != date.month) return std::nullopt;  // 31 February
    if (weekday_of(days) != weekday) return std::nullopt;
    return static_cast<std::time_t>(days * kSecondsPerDay + seconds);
}

/// The year of two digits that is at most 50 years ahead of `now`.
std::int64_t full_year(unsigned two_digits, std::time_t now) {
    const std::int64_t this_year = civil_from_days(now / kSecondsPerDay).year;
    std::int64_t year = this_year - this_year % 100 + two_digits;
    if (year > this_year + 50) year -= 100;
    if (year <= this_year - 50) year += 100;
    return year;
}

std::optional<std::time_t> parse_fixdate(std::string_view text) {
    DateReader reader(text);
    unsigned weekday = 0;
    unsigned day = 0;
    unsigned month = 0;
    unsigned year = 0;
    std::int64_t seconds = 0;
    const bool read = reader.one_of(kDays, weekday) && reader.skip(", ") && reader.number(2, day) &&
                      reader.skip(" ") && reader.one_of(kMonths, month) && reader.skip(" ") &&
                      reader.number(4, year) && reader.skip(" ") && reader.time(seconds) &&
                      reader.skip(" GMT") && reader.at_end();
    if (!read) return std::nullopt;
    return make_time(year, month, day, weekday, seconds);
}

std::optional<std::time_t> parse_rfc850(std::string_view text, std::time_t now) {
    DateReader reader(text);
    unsigned weekday = 0;
    unsigned day = 0;
    unsigned month = 0;
    unsigned year = 0;
    std::int64_t seconds = 0;
    const bool read = reader.one_of(kLongDays, weekday) && reader.skip(", ") &&
                      reader.number(2, day) && reader.skip("-") && reader.one_of(kMonths, month) &&
                      reader.skip("-") && reader.number(2, year) && reader.skip(" ") &&
                      reader.time(seconds) && reader.skip(" GMT") && reader.at_end();
    if (!read) return std::nullopt;
    return make_time(full_year(year, now), month, day, weekday, seconds);
}

std::optional<std::time_t> parse_asctime(std::string_view text) {
    DateReader reader(text);
    unsigned weekday = 0;
    unsigned day = 0;
    unsigned month = 0;
    unsigned year = 0;
    std::int64_t seconds = 0;
    const bool read = reader.one_of(kDays, weekday) && reader.skip(" ") &&
                      reader.one_of(kMonths, month) && reader.skip(" ") && reader.padded_day(day) &&
                      reader.skip(" ") && reader.time(seconds) && reader.skip(" ") &&
                      reader.number(4, year) && reader.at_end();
    if (!read) return std::nullopt;
    return make_time(year, month, day, weekday, seconds);
}

}  // namespace

void format_date(std::time_t time, char* out) {
    const std::int64_t seconds = std::clamp<std::int64_t>(time, kFirstTime, kLastTime);
    const std::int64_t days = (seconds - (seconds < 0 ? kSecondsPerDay - 1 : 0)) / kSecondsPerDay;
    const auto second_of_day = static_cast<unsigned>(seconds - days * kSecondsPerDay);
    const CivilDate date = civil_from_days(days);
    const auto year = static_cast<unsigned>(date.year);
    std::memcpy(out, "Sun, 06 Nov 1994 08:49:37 GMT", kDateSize);
    std::memcpy(out, kDays[weekday_of(days)].data(), 3);
    put_two(out + 5, date.day);
    std::memcpy(out + 8, kMonths[date.month - 1].data(), 3);
    put_two(out + 12, year / 100);
    put_two(out + 14, year % 100);
    put_two(out + 17, second_of_day / 3600);
    put_two(out + 20, second_of_day / 60 % 60);
    put_two(out + 23, second_of_day % 60);
}

std::string format_date(std::time_t time) {
    std::string text(kDateSize, ' ');
    format_date(time, text.data());
    return text;
}

std::optional<std::time_t> parse_date(std::string_view text, std::time_t now) {
    if (auto time = parse_fixdate(text)) return time;
    if (auto time = parse_rfc850(text, now)) return time;
    return parse_asctime(text);
}

std::optional<std::time_t> parse_date(std::string_view text) {
    return parse_date(text, std::time(nullptr));
}

}  // namespace indrik::http
