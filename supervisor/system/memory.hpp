#pragma once
// How much memory this process has.

#include <cstdint>

namespace indrik::supervisor {

/// Physical memory, in bytes; 0 if the kernel does not tell.
std::uint64_t resident_bytes();

/// Gives back the program text that has been used so far, of the libraries as well: what runs on is read again, from the kernel's cache.
/// For a process that does little once it has begun. Says nothing if it cannot.
void release_program_text();

}  // namespace indrik::supervisor
