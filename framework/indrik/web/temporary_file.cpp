#include "indrik/web/temporary_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

namespace indrik::web {
namespace {

constexpr std::size_t kCopiedPieceBytes = 64 * 1024;

[[noreturn]] void throw_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

std::string default_directory() {
    const char* const directory = std::getenv("TMPDIR");
    return directory != nullptr && *directory != '\0' ? directory : "/tmp";
}

/// For file systems that make no files without a name.
UniqueFd open_and_unlink(const std::string& directory) {
    std::string path = directory + "/indrik-XXXXXX";
    UniqueFd fd(::mkostemp(path.data(), O_CLOEXEC));
    if (!fd) throw_errno("cannot make a temporary file in " + directory);
    ::unlink(path.c_str());
    return fd;
}

UniqueFd open_nameless(const std::string& directory) {
    UniqueFd fd(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600));
    return fd ? std::move(fd) : open_and_unlink(directory);
}

}  // namespace

void write_fully(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            throw_errno("cannot write to a file");
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

TemporaryFile::TemporaryFile(const std::string& directory)
    : fd_(open_nameless(directory.empty() ? default_directory() : directory)) {}

void TemporaryFile::append(std::string_view bytes) {
    write_fully(fd_.get(), bytes);
    size_ += bytes.size();
}

std::string TemporaryFile::read(std::uint64_t offset, std::size_t size) const {
    std::string bytes;
    if (offset >= size_) return bytes;
    bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size, size_ - offset)));
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = ::pread(
            fd_.get(), &bytes[done], bytes.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw_errno("cannot read a temporary file");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

void TemporaryFile::copy_to(int fd, std::uint64_t offset, std::uint64_t size) const {
    auto position = static_cast<off_t>(offset);
    while (size != 0) {
        const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(size, 1U << 30));
        const ssize_t copied = ::copy_file_range(fd_.get(), &position, fd, nullptr, step, 0);
        if (copied <= 0) break;
        size -= static_cast<std::uint64_t>(copied);
    }
    // Files that the kernel does not copy between, such as pipes and other file systems.
    while (size != 0) {
        const auto step =
            static_cast<std::size_t>(std::min<std::uint64_t>(size, kCopiedPieceBytes));
        const std::string piece = read(static_cast<std::uint64_t>(position), step);
        if (piece.empty()) return;
        write_fully(fd, piece);
        position += static_cast<off_t>(piece.size());
        size -= piece.size();
    }
}

}  // namespace indrik::web
