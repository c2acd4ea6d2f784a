#pragma once
// The scalars of JSON, appended to a text. described.hpp writes whole structs with them.

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "indrik/json/value.hpp"

namespace indrik::json {

/// Quoted and escaped. UTF-8 goes through as it is; each byte that is none becomes U+FFFD, so the text is always valid.
void append_string(std::string& out, std::string_view text);
void append_integer(std::string& out, std::int64_t number);
void append_integer(std::string& out, std::uint64_t number);
/// The shortest text that reads back as the same number; null for infinities and NaN, which JSON does not know.
void append_number(std::string& out, double number);
void append_number(std::string& out, float number);
void append_value(std::string& out, const Value& value);

/// "2026-11-21T02:46:02Z" (RFC 3339). Times outside the years 0 to 9999 are moved to the nearest end.
std::string format_time(std::chrono::sys_seconds time);
/// Reads RFC 3339: 'T' or a space between date and time, a zone ("Z" or "+01:00"), fractions of seconds, which are dropped.
/// False if it is none, or no day of the calendar, or not within the years 0 to 9999 of UTC.
bool parse_time(std::string_view text, std::chrono::sys_seconds& time);

}  // namespace indrik::json
