#pragma once
// Values as people write them on command lines and in configuration files.
//
//   parse_duration("2m") == 120s      parse_size("64k") == 65536      parse_count<1, 10>("7") == 7
//
// Every function throws BadValue, which says what was wrong and what would be right.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "indrik/core/logging.hpp"

namespace indrik::supervisor {

/// A whole number between the bounds, both included.
std::uint64_t parse_number(std::string_view text, std::uint64_t minimum, std::uint64_t maximum);

/// `30` and `30s` are seconds; `500ms`, `2m`, `1h`; decimals are allowed: `1.5s`. At most a year.
std::chrono::milliseconds parse_duration(std::string_view text);

/// Like parse_duration, but zero is refused.
std::chrono::milliseconds parse_positive_duration(std::string_view text);

/// Bytes: `8190`, `64k`, `1M`, `2G` (powers of 1024), between the bounds.
std::uint64_t parse_size(std::string_view text,
                         std::uint64_t minimum = 0,
                         std::uint64_t maximum = 1ull << 53);

/// `true yes y on 1` and `false no n off 0`.
bool parse_switch(std::string_view text);

/// Permission bits: octal with a leading 0 (`022`), hexadecimal with 0x, or decimal; up to 0777.
unsigned parse_umask(std::string_view text);

/// One of gunicorn's levels: debug info warning error critical.
LogLevel parse_level(std::string_view text);

/// A number of processes between 1 and kMaxWorkers, or `auto`: as many as the CPUs this process may use.
unsigned parse_workers(std::string_view text);
inline constexpr unsigned kMaxWorkers = 1000;

/// Which of `choices`, letters' case being of no account: its index.
std::size_t parse_choice(std::string_view text, std::initializer_list<std::string_view> choices);

/// The text in quotes, shortened and with control bytes made visible: for messages.
std::string quote(std::string_view text);

template <std::uint64_t Minimum, std::uint64_t Maximum>
std::uint64_t parse_count(std::string_view text) {
    return parse_number(text, Minimum, Maximum);
}

template <std::uint64_t Minimum, std::uint64_t Maximum>
std::uint64_t parse_size_between(std::string_view text) {
    return parse_size(text, Minimum, Maximum);
}

}  // namespace indrik::supervisor
