#pragma once
// Sessions as files of a folder, one each. All of it blocks: file_storage.hpp calls it off the loop.
//
// A file is named after the SHA-256 of its session's identity, so that whoever sees the folder's listing has nobody's cookie. It
// is written under another name and then renamed, and its time of modification is when it expires. Files are changed under the
// lock of one of 16 lock files, which the system gives back when a process dies.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/core/unique_fd.hpp"
#include "indrik/sessions/record.hpp"

namespace indrik::sessions {

/// May be used by several threads and processes. Errors of every function: std::system_error that names the file.
class SessionFolder {
public:
    struct Entry {
        std::uint64_t version = 0;
        Time saved{};
        std::string text;
    };

    explicit SessionFolder(std::filesystem::path path) : path_(std::move(path)) {}

    /// Makes the folder, for this user alone, if there is none.
    void make() const;
    /// Nothing for no such session, and for a file that is no session's.
    std::optional<Entry> load(const std::string& identity) const;
    void insert(const std::string& identity, const Entry& entry, Time expires) const;
    /// Replaces a session if `version` is that of its file.
    Save replace(const std::string& identity,
                 std::uint64_t version,
                 const Entry& entry,
                 Time expires) const;
    bool erase(const std::string& identity) const;

    /// Removes what has expired, and what was never finished. How many files those were.
    std::size_t sweep(Time now) const;
    /// The right to sweep, of one process of the host at a time; closed if another has it.
    UniqueFd try_become_sweeper() const;

private:
    std::filesystem::path file_of(std::string_view identity) const;
    UniqueFd lock(const std::filesystem::path& file) const;
    void write(const std::filesystem::path& file, const Entry& entry, Time expires) const;
    std::optional<Entry> read(const std::filesystem::path& file) const;
    bool remove_expired(const std::filesystem::path& file, Time now) const;

    std::filesystem::path path_;
};

}  // namespace indrik::sessions
