#pragma once
// Times within tokens.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/sessions/record.hpp"

namespace indrik::sessions::detail {

inline constexpr std::size_t kTimeBytes = 8;

/// Seconds since 1970, big endian.
inline void append_time(std::string& out, Time time) {
    const auto seconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(seconds >> shift & 0xff);
}

/// Nothing beyond the year 9999, with which nobody can reckon. REQUIRES: bytes.size() >= kTimeBytes
inline std::optional<Time> read_time(std::string_view bytes) {
    constexpr std::uint64_t kLatestSecond = 253402300799;
    std::uint64_t seconds = 0;
    for (const char c : bytes.substr(0, kTimeBytes))
        seconds = seconds << 8 | static_cast<unsigned char>(c);
    if (seconds > kLatestSecond) return std::nullopt;
    return Time(Seconds(static_cast<std::int64_t>(seconds)));
}

}  // namespace indrik::sessions::detail
