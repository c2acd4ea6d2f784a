#pragma once
// Text for signal handlers: appended into a buffer of fixed size, without allocation, locks or locale.
//
//   std::array<char, 512> buffer;
//   SafeText text(buffer);
//   text << "signal " << number << " at " << SafeText::Hex{address} << '\n';
//   text.write_to(fd);

#include <cerrno>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include <unistd.h>

namespace indrik {

/// What does not fit is left out. Lifetime: the buffer's.
class SafeText {
public:
    struct Hex {
        std::uintptr_t value;
    };

    explicit SafeText(std::span<char> buffer) : buffer_(buffer) {}

    SafeText& operator<<(std::string_view text) {
        const std::size_t size = text.size() < left() ? text.size() : left();
        std::memcpy(buffer_.data() + size_, text.data(), size);
        size_ += size;
        return *this;
    }
    SafeText& operator<<(const char* text) { return *this << std::string_view(text); }
    SafeText& operator<<(char c) { return *this << std::string_view(&c, 1); }
    SafeText& operator<<(std::integral auto number) { return put(number, 10); }
    SafeText& operator<<(Hex number) { return (*this << "0x").put(number.value, 16); }
    /// At least so many digits.
    SafeText& padded(unsigned number, unsigned digits) {
        // A zero for every power of ten that is above the number.
        for (unsigned power = 10; digits > 1; --digits, power *= 10) {
            if (number < power) *this << '0';
        }
        return *this << number;
    }
    /// Bytes that could break a line or command a terminal become '?'.
    SafeText& put_printable(std::string_view text) {
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            *this << (byte < 0x20 || byte == 0x7f ? '?' : c);
        }
        return *this;
    }

    std::string_view view() const { return {buffer_.data(), size_}; }
    std::size_t left() const { return buffer_.size() - size_; }
    void clear() { size_ = 0; }
    void write_to(int fd) const {
        for (std::string_view rest = view(); !rest.empty();) {
            const ssize_t written = ::write(fd, rest.data(), rest.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return;
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
    }

private:
    SafeText& put(std::integral auto number, int base) {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
        return *this << std::string_view(digits, static_cast<std::size_t>(end - digits));
    }

    std::span<char> buffer_;
    std::size_t size_ = 0;
};

}  // namespace indrik
