#include "indrik/http/range.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

/// ASCII digits only, and at least one. What is too large is as large as can be: it is beyond the
/// end of everything.
std::optional<std::uint64_t> parse_position(std::string_view text) {
    if (text.empty()) return std::nullopt;
    std::uint64_t value = 0;
    for (const char character : text) {
        if (!is_digit(character)) return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(character - '0');
        value = value > (kMax - digit) / 10 ? kMax : value * 10 + digit;
    }
    return value;
}

/// One range of the field against the length. False if it is malformed; `range` is empty if it is
/// beyond the end.
bool resolve(std::string_view spec, std::uint64_t length, std::optional<ByteRange>& range) {
    range.reset();
    const std::size_t dash = spec.find('-');
    if (dash == std::string_view::npos) return false;
    const std::string_view after = spec.substr(dash + 1);
    if (dash == 0) {
        const auto suffix = parse_position(after);
        if (!suffix) return false;
        if (*suffix != 0) range = ByteRange{length - std::min(length, *suffix), length - 1};
        return true;
    }
    const auto first = parse_position(spec.substr(0, dash));
    const auto last = after.empty() ? kMax : parse_position(after);
    if (!first || !last || *last < *first) return false;
    if (*first < length) range = ByteRange{*first, std::min(*last, length - 1)};
    return true;
}

bool is_near(const ByteRange& left, const ByteRange& right) {
    const ByteRange& lower = left.first <= right.first ? left : right;
    const ByteRange& upper = left.first <= right.first ? right : left;
    return upper.first <= lower.last || upper.first - lower.last <= kMinRangeGapBytes;
}

/// Adds a range; with those that it comes near to it becomes one, in the place of the first of
/// them.
void add(std::vector<ByteRange>& ranges, ByteRange range) {
    std::size_t place = ranges.size();
    for (std::size_t i = ranges.size(); i-- > 0;) {
        if (!is_near(ranges[i], range)) continue;
        range.first = std::min(range.first, ranges[i].first);
        range.last = std::max(range.last, ranges[i].last);
        ranges.erase(ranges.begin() + static_cast<std::ptrdiff_t>(i));
        place = std::min(place, i);
        i = ranges.size();  // now it may come near to others
    }
    place = std::min(place, ranges.size());
    ranges.insert(ranges.begin() + static_cast<std::ptrdiff_t>(place), range);
}

/// Behind "bytes="; nothing if it is of another unit.
std::optional<std::string_view> set_of_bytes(std::string_view field) {
    const std::size_t equals = field.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    if (!equal_ignoring_case(field.substr(0, equals), "bytes")) return std::nullopt;
    return field.substr(equals + 1);
}

}  // namespace

RangeSelection select_ranges(std::string_view field, std::uint64_t length, std::size_t max_ranges) {
    auto rest = set_of_bytes(field);
    if (!rest) return {};
    RangeSelection selection;
    std::size_t count = 0;
    while (!rest->empty()) {
        const std::string_view spec = take_element(*rest);
        if (spec.empty()) continue;
        std::optional<ByteRange> range;
        if (++count > max_ranges || !resolve(spec, length, range)) return {};
        if (range && length == 0) return {};
        if (range) add(selection.ranges, *range);
    }
    if (count == 0) return {};
    selection.outcome =
        selection.ranges.empty() ? RangeOutcome::Unsatisfiable : RangeOutcome::Partial;
    return selection;
}

std::string format_content_range(const ByteRange& range, std::uint64_t length) {
    return "bytes " + std::to_string(range.first) + '-' + std::to_string(range.last) + '/' +
           std::to_string(length);
}

std::string format_unsatisfied_range(std::uint64_t length) {
    return "bytes */" + std::to_string(length);
}

}  // namespace indrik::http
