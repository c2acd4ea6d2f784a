#pragma once
// What people and rooms may be called.

#include <optional>
#include <string>
#include <string_view>

namespace chat {

inline constexpr std::size_t kMaxNameBytes = 128;
inline constexpr std::size_t kMaxTextBytes = 4000;

/// Without control characters, and spaces around it; nothing if nothing is left, or too much.
std::optional<std::string> clean(std::string_view text, std::size_t limit);

}  // namespace chat
