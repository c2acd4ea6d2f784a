#pragma once
// Range requests for bytes (RFC 9110 section 14): which parts of a representation to send.
//
//   auto selection = select_ranges("bytes=0-99,-10", size);
//   switch (selection.outcome) {
//       case RangeOutcome::Whole:          ...      // 200, as if there were no Range field
//       case RangeOutcome::Unsatisfiable:  ...      // 416, with format_unsatisfied_range(size)
//       case RangeOutcome::Partial:        ...      // 206; of several ranges, multipart/byteranges
//   }

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace indrik::http {

/// Both ends belong to it.
struct ByteRange {
    std::uint64_t first;
    std::uint64_t last;

    constexpr std::uint64_t size() const { return last - first + 1; }
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

enum class RangeOutcome : std::uint8_t { Whole, Unsatisfiable, Partial };

struct RangeSelection {
    RangeOutcome outcome = RangeOutcome::Whole;
    std::vector<ByteRange> ranges;  // of Partial: at least one, apart from each other, in the order
                                    // in which they were asked for
};

/// A field that asks for more is ignored.
inline constexpr std::size_t kMaxRanges = 32;
/// Ranges that overlap, touch, or are less than this apart become one: the head of another part
/// would be longer than what is between them. Units: bytes.
inline constexpr std::uint64_t kMinRangeGapBytes = 80;

/// Takes the value of a Range field and the length of the representation.
///
/// Whole for what is to be ignored: another unit than bytes, anything malformed (a range whose last
/// position is before its first included), more than `max_ranges`, and the last bytes of a
/// representation that has none. Ranges beyond the end are left out; if none is left:
/// Unsatisfiable. Positions may have any number of digits.
RangeSelection select_ranges(std::string_view field,
                             std::uint64_t length,
                             std::size_t max_ranges = kMaxRanges);

/// "bytes 0-99/1234".
std::string format_content_range(const ByteRange& range, std::uint64_t length);
/// "bytes */1234".
std::string format_unsatisfied_range(std::uint64_t length);

}  // namespace indrik::http
