#pragma once
// What is wrong with the newest build, where all workers can read it: in memory that master and workers share.

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace indrik::supervisor {

/// One writer, the master; readers never wait. Made before the first fork.
class ReloadNotice {
public:
    static constexpr std::size_t kMaxBytes = 32 * 1024;

    /// Errors: std::system_error.
    ReloadNotice();
    ReloadNotice(const ReloadNotice&) = delete;
    ReloadNotice& operator=(const ReloadNotice&) = delete;
    ~ReloadNotice();

    /// Empty: nothing is wrong. A text that is too long loses its beginning.
    void set(std::string_view text);
    bool is_set() const;
    std::string text() const;

private:
    struct Shared {
        std::atomic<std::uint32_t> version;  // odd while it is written
        std::atomic<std::uint32_t> size;
        std::array<std::atomic<char>, kMaxBytes> bytes;
    };
    Shared* shared_;
};

}  // namespace indrik::supervisor
