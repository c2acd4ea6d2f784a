#pragma once
// A file that has no name: it is gone when nobody has it open any more, whatever becomes of the process.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "indrik/core/unique_fd.hpp"

namespace indrik::web {

/// Written at its end, read anywhere. Calls block for as long as the page cache takes, not for the disk.
/// Errors: every call throws std::system_error that says what failed.
class TemporaryFile {
public:
    /// In `directory`; if that is empty, where the environment says (TMPDIR) or in /tmp.
    explicit TemporaryFile(const std::string& directory = {});

    void append(std::string_view bytes);
    /// What was appended so far.
    std::uint64_t size() const { return size_; }
    /// At most `size` bytes from `offset` on; fewer at the end.
    std::string read(std::uint64_t offset, std::size_t size) const;
    /// Appends `size` bytes from `offset` on to another file, within the kernel where it can.
    void copy_to(int fd, std::uint64_t offset, std::uint64_t size) const;
    int fd() const { return fd_.get(); }

private:
    UniqueFd fd_;
    std::uint64_t size_ = 0;
};

/// Writes all of `bytes` to a file. Errors: std::system_error.
void write_fully(int fd, std::string_view bytes);

}  // namespace indrik::web
