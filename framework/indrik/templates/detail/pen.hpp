#pragma once
// Writing to the output of a rendering, which is what rendering mostly is: the free bytes behind the text as two pointers that a
// compiler keeps in registers. The string learns its size when the pen is closed.
//
//   Pen pen(out);
//   pen.text("<td>");
//   pen.escaped(name);
//   pen.close();              // before anything else looks at `out`
//   ...
//   pen.open();

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "indrik/templates/value.hpp"

namespace indrik::templates::detail {

/// Each write may be so long without a question, which is asked behind it.
inline constexpr std::size_t kSpareBytes = 96;

/// The free bytes behind a text: the next one goes to `at`, and kSpareBytes are free behind `end`.
struct Room {
    char* at;
    char* end;
};

#if defined(__GLIBCXX__) && _GLIBCXX_USE_CXX11_ABI
/// std::string cannot end where others wrote its bytes; the library's own function for that is private, which an explicit
/// instantiation does not ask for.
template <auto Member>
struct SizeSetter {
    friend void set_size(std::string& text, std::size_t size) { (text.*Member)(size); }
};
void set_size(std::string& text, std::size_t size);
template struct SizeSetter<&std::string::_M_set_length>;
inline constexpr bool kSetsSize = true;
#else
/// The text is made longer beforehand, and shorter in the end.
inline void set_size(std::string& text, std::size_t size) {
    text.resize(size);
}
inline constexpr bool kSetsSize = false;
#endif

/// Gives `out` the size that `at` says, and room for so many bytes more. Errors: std::bad_alloc, std::length_error; then the text
/// is as it was, up to `at`.
Room make_room(std::string& out, const char* at, std::size_t bytes);
/// Lets the text end at `at`. REQUIRES: a place within its capacity
inline void end_text(std::string& out, const char* at) noexcept {
    set_size(out, static_cast<std::size_t>(at - out.data()));
}
/// Appends a text with HTML escaping.
Room write_escaped(std::string& out, Room room, std::string_view text);
/// std::to_chars
Room write_number(std::string& out, Room room, std::int64_t number);
/// Appends a text of any length.
Room write_text(std::string& out, Room room, std::string_view text);

class Pen {
public:
    /// Lifetime: the text outlives the pen.
    [[gnu::always_inline]] explicit Pen(std::string& out) : out_(out) { open(); }
    [[gnu::always_inline]] ~Pen() { close(); }
    Pen(const Pen&) = delete;
    Pen& operator=(const Pen&) = delete;

    [[gnu::always_inline]] void open() {
        room_.at = out_.data() + out_.size();
        if (kSetsSize && out_.capacity() - out_.size() >= kSpareBytes) [[likely]] {
            room_.end = out_.data() + out_.capacity() - kSpareBytes;
        } else {
            room_ = make_room(out_, room_.at, 0);
        }
    }
    /// What was written is in the text. Closing twice is no mistake.
    [[gnu::always_inline]] void close() noexcept {
        if (room_.at == nullptr) return;
        end_text(out_, room_.at);
        room_.at = nullptr;
    }

    // REQUIRES (each): it is open.
    std::size_t size() const { return static_cast<std::size_t>(room_.at - out_.data()); }
    template <std::size_t Size>
    [[gnu::always_inline]] void text(const char (&literal)[Size]) {
        if constexpr (Size - 1 <= kSpareBytes) {
            std::memcpy(room_.at, literal, Size - 1);
            room_.at += Size - 1;
            if (room_.at > room_.end) [[unlikely]]
                room_ = make_room(out_, room_.at, 0);
        } else {
            text(std::string_view(literal, Size - 1));
        }
    }
    [[gnu::always_inline]] void text(std::string_view text) {
        room_ = write_text(out_, room_, text);
    }
    [[gnu::always_inline]] void escaped(std::string_view text) {
        room_ = write_escaped(out_, room_, text);
    }
    [[gnu::always_inline]] void number(std::int64_t number) {
        if (std::endian::native != std::endian::little || number < 0 || number >= 1000) {
            room_ = write_number(out_, room_, number);
            return;
        }
        // In one word: single bytes could not be read again at once.
        const auto small = static_cast<std::uint32_t>(number);
        const std::uint32_t tens = small / 10;
        std::uint32_t digits = 0x303030 + small / 100 + (tens % 10 << 8) + (small % 10 << 16);
        const std::uint32_t unused = (small < 100 ? 1 : 0) + (small < 10 ? 1 : 0);
        digits >>= 8 * unused;
        std::memcpy(room_.at, &digits, sizeof digits);
        room_.at += 3 - unused;
        if (room_.at > room_.end) [[unlikely]]
            room_ = make_room(out_, room_.at, 0);
    }
    /// What a filter's own function for this appends. False: nothing was written, and the pen is closed.
    template <class Print>
    [[gnu::always_inline]] bool filtered(Print print, const Value& self, bool escapes) {
        room_ = print(out_, room_, self, escapes);
        if (room_.end != nullptr) [[likely]]
            return true;
        close();
        return false;
    }

private:
    std::string& out_;
    Room room_{};
};

}  // namespace indrik::templates::detail
