#pragma once
// How far a head that arrives in fragments has been read.

#include <cstddef>

namespace indrik::http::detail {

/// Offsets from the first byte of the head.
struct HeadCursor {
    std::size_t head_bytes;   // the limit of the whole head
    std::size_t line = 0;     // of the line that comes next
    std::size_t scanned = 0;  // before this that line does not end

    bool is_at_start() const { return line == 0 && scanned == 0; }
    void reset() { line = scanned = 0; }
};

}  // namespace indrik::http::detail
