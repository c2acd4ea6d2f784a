#pragma once
// Appending to the output of a rendering, which is what rendering mostly is.

#include <cstddef>
#include <cstdint>
#include <string>

namespace indrik::templates::detail {

inline constexpr std::size_t kLeastOutputBytes = 64;

/// Prepares a text for append_text(): from now on it is kept apart from the string object itself, as long texts are.
inline void begin_output(std::string& out) {
    if (out.capacity() < kLeastOutputBytes) out.reserve(kLeastOutputBytes);
}

/// Appends a text of known size: a comparison and two stores, for what std::string must think of does not happen here.
/// REQUIRES: begin_output(out) was called
[[gnu::always_inline]] inline void append_text(std::string& out,
                                               const char* text,
                                               std::size_t size_bytes) {
#if defined(__GLIBCXX__)
    static_assert(sizeof(std::string) == 4 * sizeof(void*));
    const auto* const inner = reinterpret_cast<const char*>(&out) + 2 * sizeof(void*);
    const bool is_short = out.data() == inner;
    if (is_short || out.size() > SIZE_MAX / 4) __builtin_unreachable();
#endif
    out.append(text, size_bytes);
}

}  // namespace indrik::templates::detail
