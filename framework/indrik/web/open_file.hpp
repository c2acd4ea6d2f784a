#pragma once
// Files and folders as they are served: a regular file with what its validators say, and a folder beneath which names are
// looked up and out of which no name leads.

#include <array>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <sys/stat.h>

#include "indrik/core/unique_fd.hpp"
#include "indrik/http/compression.hpp"
#include "indrik/http/conditional.hpp"

namespace indrik::web {

/// A regular file, open for reading. What it says was true when it was opened.
class OpenFile {
public:
    /// Takes over the descriptor of a regular file. Nothing if it is something else.
    static std::shared_ptr<const OpenFile> adopt(UniqueFd file);
    OpenFile(UniqueFd file, const struct stat& facts);
    OpenFile(const OpenFile&) = delete;

    int descriptor() const { return file_.get(); }
    std::uint64_t size_bytes() const { return size_bytes_; }
    std::time_t last_modified() const { return modified_.tv_sec; }
    /// The value of the Last-Modified field.
    const std::string& last_modified_text() const { return last_modified_text_; }
    /// The value of the ETag field: a strong one of the time in nanoseconds, the size and the inode, so that all workers agree.
    const std::string& etag() const { return etag_; }
    http::Validators validators() const;
    /// Whether it is still the same, unchanged file.
    bool is_same_as(const OpenFile& other) const;
    bool is_older_than(const OpenFile& other) const;

    /// 16 hexadecimal digits of the content; the file is read when they are first asked for.
    /// Errors: std::system_error if that fails.
    const std::string& content_hash() const;
    bool has_content_hash() const { return !content_hash_.empty(); }

private:
    UniqueFd file_;
    std::uint64_t size_bytes_;
    timespec modified_;
    timespec changed_;
    dev_t device_;
    ino_t inode_;
    std::string last_modified_text_;
    std::string etag_;
    mutable std::string content_hash_;
};

/// In which codings a file may lie beside its original.
inline constexpr std::array kSiblingCodings = {
    http::ContentCoding::Brotli, http::ContentCoding::Zstd, http::ContentCoding::Gzip};

/// What a name stands for: nothing, a folder, or a file and its precompressed siblings.
struct FileVariants {
    std::shared_ptr<const OpenFile> original;  // none of a folder, or of nothing
    std::array<std::shared_ptr<const OpenFile>, kSiblingCodings.size()> siblings;
    std::string_view media_type;  // lifetime: static
    bool is_folder = false;

    bool has_siblings() const;
};

/// A folder whose files are served.
class ServedFolder {
public:
    /// Errors: std::invalid_argument if it is no folder, or cannot be opened.
    ServedFolder(const std::filesystem::path& folder, bool follow_symlinks);

    /// Opens what is beneath the folder; "" is the folder itself. Without symbolic links, or with those that lead, by relative
    /// paths, to what is beneath it as well. None if there is nothing that may be read. Errors: std::system_error for
    /// failures that say nothing about the name (no descriptors left, a bad disk).
    UniqueFd open(std::string_view name) const;
    /// The file of that name with its siblings, if `precompressed`; those that are older than the original are left alone.
    FileVariants find(std::string_view name, bool precompressed) const;
    /// What open() does where the kernel has no openat2: one segment after the other, and no symbolic link in any case.
    UniqueFd open_by_steps(std::string_view name) const;

private:
    UniqueFd folder_;
    bool follow_symlinks_;
};

/// The file at a path of the application's own choice; symbolic links are followed. Errors: as ServedFolder::open.
FileVariants find_file(const std::filesystem::path& path, bool precompressed);

/// Whether a decoded path names something beneath a folder in the plainest way: no empty segments, "." or "..", and no NUL.
bool is_plain_name(std::string_view name);

}  // namespace indrik::web
