#pragma once
// Cutting a head into lines, for requests and responses alike: each line is looked at once, when
// its end has come.
//
// The outcome of each step below is decided by a prefix of the head and not by how far the bytes
// behind it have arrived: a head gets the same answer in any fragmentation. False without an error
// means that more bytes are needed.

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "indrik/http/detail/head_cursor.hpp"
#include "indrik/http/detail/scan.hpp"
#include "indrik/http/errors.hpp"

namespace indrik::http::detail {

/// What is wrong with a line that is longer than its limit.
template <LineKind kind>
inline constexpr Error kLineTooLong = kind == LineKind::Request  ? Error::RequestLineTooLong
                                      : kind == LineKind::Status ? Error::StatusLineTooLong
                                                                 : Error::FieldTooLarge;

/// The line that comes next without its CRLF, if it has come; the cursor is then behind it.
/// `limit` is that of the line, without CRLF.
template <LineKind kind>
bool take_line(HeadCursor& cursor,
               std::string_view received,
               std::size_t limit,
               std::string_view& line,
               Error& error) {
    if (cursor.line >= cursor.head_bytes) {
        error = Error::HeadTooLarge;
        return false;
    }
    // The line's end is searched for so far and no farther.
    std::size_t room = cursor.head_bytes - cursor.line;
    if (limit < room) room = limit + 1;
    const char* const begin = received.data() + cursor.line;
    const char* const end = begin + std::min(room, received.size() - cursor.line);
    const char* const stop =
        find_stop<kind>(std::max(begin, received.data() + cursor.scanned), end);
    const auto size = static_cast<std::size_t>(stop - begin);
    if (stop == end) {
        cursor.scanned = cursor.line + size;
        if (size < room) return false;
        error = room <= limit ? Error::HeadTooLarge : kLineTooLong<kind>;
        return false;
    }
    if (*stop == '\r') {
        if (cursor.line + size + 1 >= cursor.head_bytes) {
            error = Error::HeadTooLarge;
            return false;
        }
        if (cursor.line + size + 1 == received.size()) {
            cursor.scanned = cursor.line + size;
            return false;
        }
        if (stop[1] == '\n') {
            line = {begin, size};
            cursor.line += size + 2;
            return true;
        }
    }
    if constexpr (kind == LineKind::Field) {
        const bool in_name = std::find(begin, stop, ':') == stop;
        error = in_name ? Error::BadFieldName : Error::BadFieldValue;
    } else {
        error = kind == LineKind::Request ? Error::BadRequestLine : Error::BadStatusLine;
    }
    return false;
}

/// Whether there is a field line to come; false also at the empty line that ends the head.
inline bool has_field_line(const HeadCursor& cursor, std::string_view received, Error& error) {
    if (cursor.head_bytes < 2 || cursor.line > cursor.head_bytes - 2) {
        error = Error::HeadTooLarge;
        return false;
    }
    if (cursor.line == received.size() || received[cursor.line] == '\r') return false;
    const bool folded = received[cursor.line] == ' ' || received[cursor.line] == '\t';
    if (folded) error = Error::BadFieldValue;
    return !folded;
}

}  // namespace indrik::http::detail
