#include "indrik/web/open_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"
#include "indrik/core/strings.hpp"
#include "indrik/http/dates.hpp"
#include "indrik/http/mime_types.hpp"

namespace indrik::web {
namespace {

// Not blocking, because the name may be that of a FIFO; nobody's terminal.
constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
constexpr int kAttempts = 4;  // a lookup that others' renames disturbed is repeated
constexpr std::size_t kHashDigits = 16;

auto as_tuple(const timespec& time) {
    return std::tuple(time.tv_sec, time.tv_nsec);
}

std::string hexadecimal(std::uint64_t number) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    do {
        text += kDigits[number % 16];
        number /= 16;
    } while (number != 0);
    std::reverse(text.begin(), text.end());
    return text;
}

std::string make_etag(const struct stat& facts) {
    const auto nanoseconds = static_cast<std::uint64_t>(facts.st_mtim.tv_sec) * 1'000'000'000 +
                             static_cast<std::uint64_t>(facts.st_mtim.tv_nsec);
    return '"' + hexadecimal(nanoseconds) + '-' +
           hexadecimal(static_cast<std::uint64_t>(facts.st_size)) + '-' +
           hexadecimal(facts.st_ino) + '"';
}

/// A descriptor, or none where nothing can be read; what has nothing to do with the name is an error.
UniqueFd opened(int result) {
    if (result >= 0) return UniqueFd(result);
    switch (errno) {
        case EMFILE:
        case ENFILE:
        case ENOMEM:
        case EIO:
            throw std::system_error(errno, std::system_category(), "opening a file to serve");
        default:
            return {};
    }
}

template <class Open>
FileVariants find_variants(const std::string& name, bool precompressed, Open open) {
    FileVariants found;
    UniqueFd file = open(name);
    if (!file) return found;
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) return found;
    if (S_ISDIR(facts.st_mode)) {
        found.is_folder = true;
        return found;
    }
    if (!S_ISREG(facts.st_mode)) return found;
    found.original = std::make_shared<const OpenFile>(std::move(file), facts);
    found.media_type = http::media_type_of(name);
    for (std::size_t i = 0; precompressed && i < kSiblingCodings.size(); ++i) {
        auto sibling =
            OpenFile::adopt(open(name + std::string(http::extension_of(kSiblingCodings[i]))));
        if (sibling && !sibling->is_older_than(*found.original))
            found.siblings[i] = std::move(sibling);
    }
    return found;
}

}  // namespace

std::shared_ptr<const OpenFile> OpenFile::adopt(UniqueFd file) {
    struct stat facts {};
    const bool is_file = file && ::fstat(file.get(), &facts) == 0 && S_ISREG(facts.st_mode);
    return is_file ? std::make_shared<const OpenFile>(std::move(file), facts) : nullptr;
}

OpenFile::OpenFile(UniqueFd file, const struct stat& facts)
    : file_(std::move(file)),
      size_bytes_(static_cast<std::uint64_t>(facts.st_size)),
      modified_(facts.st_mtim),
      changed_(facts.st_ctim),
      device_(facts.st_dev),
      inode_(facts.st_ino),
      last_modified_text_(http::format_date(facts.st_mtim.tv_sec)),
      etag_(make_etag(facts)) {}

http::Validators OpenFile::validators() const {
    http::Validators validators;
    validators.etag = http::EntityTag{std::string_view(etag_).substr(1, etag_.size() - 2)};
    validators.last_modified = last_modified();
    return validators;
}

bool OpenFile::is_same_as(const OpenFile& other) const {
    return std::tuple(device_, inode_, size_bytes_) ==
               std::tuple(other.device_, other.inode_, other.size_bytes_) &&
           as_tuple(modified_) == as_tuple(other.modified_) &&
           as_tuple(changed_) == as_tuple(other.changed_);
}

bool OpenFile::is_older_than(const OpenFile& other) const {
    return as_tuple(modified_) < as_tuple(other.modified_);
}

const std::string& OpenFile::content_hash() const {
    if (!content_hash_.empty()) return content_hash_;
    Digest hash(DigestAlgorithm::SHA256);
    std::array<char, 64 * 1024> piece;
    off_t offset = 0;
    for (;;) {
        const ssize_t size = ::pread(descriptor(), piece.data(), piece.size(), offset);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) throw std::system_error(errno, std::system_category(), "reading a file");
        if (size == 0) break;
        hash.update({piece.data(), static_cast<std::size_t>(size)});
        offset += size;
    }
    content_hash_ = hex_encode(hash.finish()).substr(0, kHashDigits);
    return content_hash_;
}

bool FileVariants::has_siblings() const {
    return std::any_of(
        siblings.begin(), siblings.end(), [](const auto& file) { return file != nullptr; });
}

ServedFolder::ServedFolder(const std::filesystem::path& folder, bool follow_symlinks)
    : folder_(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)),
      follow_symlinks_(follow_symlinks) {
    if (!folder_) {
        throw std::invalid_argument("the folder '" + folder.string() +
                                    "' cannot be served: " + std::strerror(errno));
    }
}

UniqueFd ServedFolder::open(std::string_view name) const {
    const std::string path(name.empty() ? std::string_view(".") : name);
    open_how how{};
    how.flags = kOpenFlags;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    if (!follow_symlinks_) how.resolve |= RESOLVE_NO_SYMLINKS;
    long result = -1;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        result = ::syscall(SYS_openat2, folder_.get(), path.c_str(), &how, sizeof how);
        if (result >= 0 || (errno != EAGAIN && errno != EINTR)) break;
    }
    // Kernels before 5.6, and sandboxes that have not heard of it.
    if (result < 0 && (errno == ENOSYS || errno == EPERM)) return open_by_steps(path);
    return opened(static_cast<int>(result));
}

UniqueFd ServedFolder::open_by_steps(std::string_view name) const {
    UniqueFd folder;
    int at = folder_.get();
    std::string_view rest = name;
    for (std::size_t slash; (slash = rest.find('/')) != std::string_view::npos;) {
        const std::string segment(rest.substr(0, slash));
        if (segment.empty() || segment == "..") return {};
        UniqueFd next =
            opened(::openat(at, segment.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!next) return {};
        folder = std::move(next);
        at = folder.get();
        rest.remove_prefix(slash + 1);
    }
    if (rest.empty() || rest == "..") return {};
    return opened(::openat(at, std::string(rest).c_str(), kOpenFlags | O_NOFOLLOW));
}

FileVariants ServedFolder::find(std::string_view name, bool precompressed) const {
    return find_variants(
        std::string(name), precompressed, [this](const std::string& path) { return open(path); });
}

FileVariants find_file(const std::filesystem::path& path, bool precompressed) {
    return find_variants(path.string(), precompressed, [](const std::string& name) {
        return opened(::open(name.c_str(), kOpenFlags));
    });
}

bool is_plain_name(std::string_view name) {
    if (name.empty()) return true;
    if (name.find('\0') != std::string_view::npos) return false;
    const Split segments = split(name, '/');
    for (std::string_view segment : segments) {
        if (segment.empty() || segment == "." || segment == "..") return false;
    }
    return true;
}

}  // namespace indrik::web
