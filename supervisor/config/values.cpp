#include "supervisor/config/values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/system/cpus.hpp"

namespace indrik::supervisor {
namespace {

struct Unit {
    std::string_view suffix;
    std::uint64_t factor;
};

constexpr std::array<Unit, 5> kDurationUnits{
    {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
constexpr std::array<Unit, 4> kSizeUnits{{{"", 1}, {"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}}};

constexpr std::uint64_t kMaxDurationMilliseconds = 366ull * 24 * 3'600'000;
constexpr std::uint64_t kMaxSizeBytes = 1ull << 53;

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](unsigned char character) {
        return static_cast<char>(std::tolower(character));
    });
    return result;
}

// "1.5" with a unit of 1000 is 1500; nothing when it is not digits, at most one point, and not too large.
std::optional<std::uint64_t> scaled(std::string_view digits,
                                    std::uint64_t factor,
                                    std::uint64_t maximum) {
    const std::size_t point = digits.find('.');
    const std::string_view whole = digits.substr(0, point);
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    if (whole.empty() || parsed.ec != std::errc() || parsed.ptr != whole.data() + whole.size())
        return {};
    if (value > maximum / factor) return {};
    value *= factor;
    if (point == std::string_view::npos) return value;

    constexpr std::size_t kMostDecimals = 6;  // what follows would be lost anyway
    const std::string_view decimals = digits.substr(point + 1);
    if (decimals.empty()) return {};
    std::uint64_t fraction = 0;
    std::uint64_t scale = 1;
    for (std::size_t index = 0; index < decimals.size(); ++index) {
        if (decimals[index] < '0' || decimals[index] > '9') return {};
        if (index >= kMostDecimals) continue;
        fraction = fraction * 10 + static_cast<std::uint64_t>(decimals[index] - '0');
        scale *= 10;
    }
    value += factor * fraction / scale;
    return value;
}

template <std::size_t N>
std::optional<std::uint64_t> with_unit(std::string_view text,
                                       const std::array<Unit, N>& units,
                                       std::uint64_t maximum) {
    const std::size_t end = text.find_last_of("0123456789.");
    if (end == std::string_view::npos) return {};
    const std::string suffix = lower(text.substr(end + 1));
    for (const Unit& unit : units) {
        if (unit.suffix == suffix) return scaled(text.substr(0, end + 1), unit.factor, maximum);
    }
    return {};
}

}  // namespace

std::uint64_t parse_number(std::string_view text, std::uint64_t minimum, std::uint64_t maximum) {
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() ||
        value < minimum || value > maximum) {
        throw BadValue(
            fmt::format("{} is not a whole number from {} to {}", quote(text), minimum, maximum));
    }
    return value;
}

std::chrono::milliseconds parse_duration(std::string_view text) {
    const auto value = with_unit(text, kDurationUnits, kMaxDurationMilliseconds);
    if (!value) {
        throw BadValue(
            fmt::format("{} is not a duration; write 30 or 30s, 500ms, 2m, 1h", quote(text)));
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(*value));
}

std::chrono::milliseconds parse_positive_duration(std::string_view text) {
    const auto value = parse_duration(text);
    if (value.count() == 0) {
        throw BadValue(
            fmt::format("{} is too short; the duration must be above zero", quote(text)));
    }
    return value;
}

std::uint64_t parse_size(std::string_view text, std::uint64_t minimum, std::uint64_t maximum) {
    const auto value = with_unit(text, kSizeUnits, kMaxSizeBytes);
    if (!value)
        throw BadValue(fmt::format("{} is not a size; write bytes, or 64k, 1M, 2G", quote(text)));
    if (*value < minimum || *value > maximum) {
        throw BadValue(
            fmt::format("{} is not a size from {} to {} bytes", quote(text), minimum, maximum));
    }
    return *value;
}

bool parse_switch(std::string_view text) {
    const std::string value = lower(text);
    for (const std::string_view yes : {"true", "yes", "y", "on", "1"}) {
        if (value == yes) return true;
    }
    for (const std::string_view no : {"false", "no", "n", "off", "0"}) {
        if (value == no) return false;
    }
    throw BadValue(fmt::format("{} is neither true nor false", quote(text)));
}

LogLevel parse_level(std::string_view text) {
    const auto level = parse_log_level(text);
    if (!level || *level == LogLevel::Off) {
        throw BadValue(fmt::format("{} is no level; use debug, info, warning, error or critical",
                                   quote(text)));
    }
    return *level;
}

unsigned parse_workers(std::string_view text) {
    if (text == "auto") return std::min(usable_cpus(), kMaxWorkers);
    try {
        return static_cast<unsigned>(parse_number(text, 1, kMaxWorkers));
    } catch (const BadValue& error) {
        throw BadValue(fmt::format("{}, or auto", error.what()));
    }
}

unsigned parse_umask(std::string_view text) {
    std::string_view digits = text;
    int base = 10;
    if (digits.starts_with("0x") || digits.starts_with("0X")) {
        digits.remove_prefix(2);
        base = 16;
    } else if (digits.starts_with("0o")) {
        digits.remove_prefix(2);
        base = 8;
    } else if (digits.starts_with('0')) {
        base = 8;
    }
    unsigned value = 0;
    const char* const end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, value, base);
    if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != end || value > 0777) {
        throw BadValue(
            fmt::format("{} is no mask of permissions; write 022, 007 or 0", quote(text)));
    }
    return value;
}

std::size_t parse_choice(std::string_view text, std::initializer_list<std::string_view> choices) {
    const auto* const found = std::find(choices.begin(), choices.end(), lower(text));
    if (found == choices.end()) {
        throw BadValue(fmt::format("{} is none of {}", quote(text), fmt::join(choices, ", ")));
    }
    return static_cast<std::size_t>(found - choices.begin());
}

std::string quote(std::string_view text) {
    constexpr std::size_t kLongest = 60;
    std::string result = "\"";
    for (const char character : text.substr(0, kLongest)) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x20 || byte == 0x7f) {
            result += fmt::format("\\x{:02x}", byte);
        } else {
            result += character;
        }
    }
    return result + (text.size() > kLongest ? "...\"" : "\"");
}

}  // namespace indrik::supervisor
