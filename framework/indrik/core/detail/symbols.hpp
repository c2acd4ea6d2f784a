#pragma once
// Names of code addresses: libbacktrace behind a face that allocates nothing, so that signal handlers may use it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace indrik::detail {

/// One of the functions at an address: the one that was called there, or one that the compiler put into it.
/// Lifetime: the texts are libbacktrace's and stay.
struct RawFrame {
    const char* symbol = nullptr;  // as the linker spells it; null if it is not known
    const char* file = nullptr;
    int line = 0;
};

using RawFrames = std::array<RawFrame, 16>;

/// The functions at a return address, innermost first: at least one, perhaps unknown. The first call reads the program's
/// debug information, slowly; no call uses malloc or waits for a lock that the interrupted thread could hold.
std::span<const RawFrame> look_up(std::uintptr_t address, RawFrames& frames);

/// "load(int)" of "_Z4loadi"; without the suffixes and frame types of coroutines. Shortened to the buffer.
std::string_view readable_symbol(const char* symbol, std::span<char> buffer);

/// What stands between the functions that somebody wrote: Asio, the standard library, our own coroutines.
bool is_machinery(std::string_view function, std::string_view file);

}  // namespace indrik::detail
