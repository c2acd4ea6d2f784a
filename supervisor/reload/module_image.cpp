#include "supervisor/reload/module_image.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace indrik::supervisor {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& reason, bool is_incomplete) {
    throw ImageError(fmt::format("{}: {}", path, reason), is_incomplete);
}

std::string error_text() {
    return std::generic_category().message(errno);
}

bool is_same(const struct stat& left, const struct stat& right) {
    return left.st_ino == right.st_ino && left.st_size == right.st_size &&
           left.st_mtim.tv_sec == right.st_mtim.tv_sec &&
           left.st_mtim.tv_nsec == right.st_mtim.tv_nsec;
}

std::string read_file(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat before {};
    if (!file || ::fstat(file.get(), &before) != 0) fail(path, error_text(), true);
    std::string bytes(static_cast<std::size_t>(before.st_size), '\0');
    std::size_t size = 0;
    while (size < bytes.size()) {
        const ssize_t count = ::read(file.get(), bytes.data() + size, bytes.size() - size);
        if (count <= 0) break;
        size += static_cast<std::size_t>(count);
    }
    struct stat after {};
    const bool is_steady =
        size == bytes.size() && ::stat(path.c_str(), &after) == 0 && is_same(before, after);
    if (!is_steady) fail(path, "it changes while it is read", true);
    return bytes;
}

void write_all(int fd, const std::string& path, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) fail(path, "no copy can be made: " + error_text(), false);
        if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

template <class Header>
Header header_at(std::string_view bytes, std::size_t offset) {
    Header header;
    std::memcpy(&header, bytes.data() + offset, sizeof header);
    return header;
}

/// What is wrong with the bytes of an ELF file as a whole; `what` it should be. "" if nothing is.
template <class IsRightType>
std::string check_elf(std::string_view bytes, const char* what, IsRightType is_right_type) {
    const std::string_view magic(ELFMAG, SELFMAG);
    if (bytes.substr(0, SELFMAG) != magic.substr(0, bytes.size()))
        return fmt::format("it is no {}", what);
    if (bytes.size() < sizeof(Elf64_Ehdr))
        return fmt::format("it is not whole: it has {} bytes", bytes.size());
    const auto header = header_at<Elf64_Ehdr>(bytes, 0);
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || !is_right_type(header.e_type))
        return fmt::format("it is no {} of this machine", what);
    std::uint64_t end = header.e_phoff + std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr);
    if (end <= bytes.size() && header.e_phentsize == sizeof(Elf64_Phdr)) {
        for (std::size_t index = 0; index < header.e_phnum; ++index) {
            const auto segment =
                header_at<Elf64_Phdr>(bytes, header.e_phoff + index * sizeof(Elf64_Phdr));
            end = std::max<std::uint64_t>(end, segment.p_offset + segment.p_filesz);
        }
    }
    // The table of sections is written last.
    end = std::max<std::uint64_t>(
        end, header.e_shoff + std::uint64_t{header.e_shnum} * header.e_shentsize);
    if (end > bytes.size())
        return fmt::format("it is not whole: it has {} of {} bytes", bytes.size(), end);
    return {};
}

bool is_unfinished(const std::string& fault) {
    return fault.find("not whole") != std::string::npos;
}

}  // namespace

std::string check_shared_object(std::string_view bytes) {
    return check_elf(bytes, "shared object", [](auto type) { return type == ET_DYN; });
}

void check_program(const std::string& path) {
    const std::string fault = check_elf(
        read_file(path), "program", [](auto type) { return type == ET_DYN || type == ET_EXEC; });
    if (!fault.empty()) fail(path, fault, is_unfinished(fault));
}

std::shared_ptr<const ModuleImage> ModuleImage::copy(const std::string& path) {
    const std::string bytes = read_file(path);
    const std::string fault = check_shared_object(bytes);
    if (!fault.empty()) fail(path, fault, is_unfinished(fault));
    const std::shared_ptr<ModuleImage> image(new ModuleImage);
    image->owner_ = ::getpid();
    image->is_file_ = bytes.find("$ORIGIN") != std::string::npos;
    const std::size_t slash = path.rfind('/') + 1;
    if (image->is_file_) {
        static unsigned count = 0;
        image->path_ = fmt::format(
            "{}.{}.indrik-{}-{}", path.substr(0, slash), path.substr(slash), ::getpid(), ++count);
        const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
        const UniqueFd file(::open(image->path_.c_str(), flags, 0700));
        if (!file) fail(path, "no copy can be made beside it: " + error_text(), false);
        write_all(file.get(), path, bytes);
        return image;
    }
    image->fd_.reset(::memfd_create(path.substr(slash, 200).c_str(), MFD_CLOEXEC));
    if (!image->fd_) fail(path, "no copy can be made: " + error_text(), false);
    write_all(image->fd_.get(), path, bytes);
    image->path_ = fmt::format("/proc/self/fd/{}", image->fd_.get());
    return image;
}

ModuleImage::~ModuleImage() {
    if (is_file_ && owner_ == ::getpid()) ::unlink(path_.c_str());
}

}  // namespace indrik::supervisor
