#pragma once
// How much memory this process has.

#include <cstdint>

namespace indrik::supervisor {

/// Physical memory, in bytes; 0 if the kernel does not tell.
std::uint64_t resident_bytes();

}  // namespace indrik::supervisor
