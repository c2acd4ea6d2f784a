#pragma once
// What a handler takes a variable of the path as.

#include <cstdint>

namespace indrik::web {

enum class PathType : std::uint8_t { Text, Number, Boolean, UUID, Time, Enumeration };

}  // namespace indrik::web
