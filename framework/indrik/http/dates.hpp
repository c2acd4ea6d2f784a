#pragma once
// Dates in fields (RFC 9110 section 5.6.7), without locale and time zone database.

#include <array>
#include <cstddef>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace indrik::http {

/// The length of "Sun, 06 Nov 1994 08:49:37 GMT".
inline constexpr std::size_t kDateSize = 29;

/// Writes exactly kDateSize characters. Times outside the years 0 to 9999 are moved to the nearest
/// end.
void format_date(std::time_t time, char* out);
std::string format_date(std::time_t time);

/// Reads all three forms: IMF-fixdate, RFC 850 and asctime. A year of two digits is taken within 50
/// years of `now`. Nothing if it is none of them, or no day of the calendar.
std::optional<std::time_t> parse_date(std::string_view text, std::time_t now);
/// The same with the current time.
std::optional<std::time_t> parse_date(std::string_view text);

}  // namespace indrik::http
