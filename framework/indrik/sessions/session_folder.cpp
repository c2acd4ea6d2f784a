#include "indrik/sessions/session_folder.hpp"

#include <cerrno>
#include <charconv>
#include <limits>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"

namespace indrik::sessions {
namespace {

constexpr std::string_view kFirstWords = "indrik-session 1 ";
constexpr std::string_view kExtension = ".session";
constexpr std::string_view kUnfinished = ".unfinished";
constexpr Seconds kUnfinishedAge = std::chrono::hours(1);
constexpr std::size_t kMaxFileBytes = 1024 * 1024;
constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kOwnersFolder = 0700;

[[noreturn]] void fail(const std::filesystem::path& file) {
    throw std::system_error(errno, std::generic_category(), file.string());
}

UniqueFd open_file(const std::filesystem::path& file, int flags) {
    return UniqueFd(::open(file.c_str(), flags | O_CLOEXEC, kOwnerOnly));
}

/// What the file's first line says.
bool take_number(std::string_view& text, char end, std::uint64_t& number) {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop == text.data() + text.size() || *stop != end) return false;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
    return true;
}

std::optional<SessionFolder::Entry> parse(std::string_view text) {
    SessionFolder::Entry entry;
    if (!text.starts_with(kFirstWords)) return std::nullopt;
    text.remove_prefix(kFirstWords.size());
    std::uint64_t saved = 0;
    if (!take_number(text, ' ', entry.version) || !take_number(text, '\n', saved))
        return std::nullopt;
    if (saved > std::numeric_limits<std::uint32_t>::max() * std::uint64_t{16}) return std::nullopt;
    entry.saved = Time(Seconds(static_cast<std::int64_t>(saved)));
    entry.text.assign(text);
    return entry;
}

timespec to_timespec(Time time) {
    // Far enough for "never", and within what file systems can hold.
    constexpr std::int64_t kLatest = 4294967295;
    const std::int64_t seconds = time.time_since_epoch().count();
    timespec result{};
    result.tv_sec = static_cast<time_t>(seconds < kLatest ? seconds : kLatest);
    return result;
}

/// Removed unless it has its proper name by then.
class Unfinished {
public:
    explicit Unfinished(const std::filesystem::path& folder)
        : path_(folder / (hex_encode(random_bytes(16)) + std::string(kUnfinished))),
          file_(open_file(path_, O_WRONLY | O_CREAT | O_EXCL)) {
        if (!file_) fail(path_);
    }
    Unfinished(const Unfinished&) = delete;
    ~Unfinished() {
        if (!is_finished_) ::unlink(path_.c_str());
    }
    void write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) fail(path_);
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    void finish(const std::filesystem::path& name, Time expires) {
        const timespec times[2] = {to_timespec(expires), to_timespec(expires)};
        if (::futimens(file_.get(), times) != 0) fail(path_);
        if (::rename(path_.c_str(), name.c_str()) != 0) fail(name);
        is_finished_ = true;
    }

private:
    std::filesystem::path path_;
    UniqueFd file_;
    bool is_finished_ = false;
};

}  // namespace

void SessionFolder::make() const {
    if (::mkdir(path_.c_str(), kOwnersFolder) != 0 && errno != EEXIST) fail(path_);
    if (::access(path_.c_str(), R_OK | W_OK | X_OK) != 0) fail(path_);
}

std::filesystem::path SessionFolder::file_of(std::string_view identity) const {
    return path_ /
           (hex_encode(digest(DigestAlgorithm::SHA256, identity)) + std::string(kExtension));
}

UniqueFd SessionFolder::lock(const std::filesystem::path& file) const {
    const std::filesystem::path name = path_ / ("lock-" + file.filename().string().substr(0, 1));
    UniqueFd lock = open_file(name, O_RDWR | O_CREAT);
    if (!lock) fail(name);
    while (::flock(lock.get(), LOCK_EX) != 0) {
        if (errno != EINTR) fail(name);
    }
    return lock;
}

std::optional<SessionFolder::Entry> SessionFolder::read(const std::filesystem::path& file) const {
    const UniqueFd fd = open_file(file, O_RDONLY);
    if (!fd) {
        if (errno != ENOENT) fail(file);
        // No such session, or no folder any more: that is another matter.
        if (::access(path_.c_str(), F_OK) != 0) fail(path_);
        return std::nullopt;
    }
    std::string text;
    char piece[4096];
    while (text.size() < kMaxFileBytes) {
        const ssize_t count = ::read(fd.get(), piece, sizeof piece);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(file);
        if (count == 0) return parse(text);
        text.append(piece, static_cast<std::size_t>(count));
    }
    return std::nullopt;
}

void SessionFolder::write(const std::filesystem::path& file,
                          const Entry& entry,
                          Time expires) const {
    Unfinished unfinished(path_);
    std::string text(kFirstWords);
    text += std::to_string(entry.version) + ' ' +
            std::to_string(entry.saved.time_since_epoch().count()) + '\n';
    text += entry.text;
    unfinished.write(text);
    unfinished.finish(file, expires);
}

std::optional<SessionFolder::Entry> SessionFolder::load(const std::string& identity) const {
    return read(file_of(identity));
}

void SessionFolder::insert(const std::string& identity, const Entry& entry, Time expires) const {
    write(file_of(identity), entry, expires);
}

Save SessionFolder::replace(const std::string& identity,
                            std::uint64_t version,
                            const Entry& entry,
                            Time expires) const {
    const std::filesystem::path file = file_of(identity);
    const UniqueFd held = lock(file);
    const auto present = read(file);
    if (!present) return Save::Gone;
    if (present->version != version) return Save::Conflict;
    write(file, entry, expires);
    return Save::Done;
}

bool SessionFolder::erase(const std::string& identity) const {
    const std::filesystem::path file = file_of(identity);
    const UniqueFd held = lock(file);
    if (::unlink(file.c_str()) == 0) return true;
    if (errno != ENOENT) fail(file);
    return false;
}

bool SessionFolder::remove_expired(const std::filesystem::path& file, Time now) const {
    const UniqueFd held = lock(file);
    struct stat status {};
    // It may have been renewed since the folder was listed.
    if (::stat(file.c_str(), &status) != 0) return false;
    if (status.st_mtim.tv_sec > now.time_since_epoch().count()) return false;
    return ::unlink(file.c_str()) == 0;
}

std::size_t SessionFolder::sweep(Time now) const {
    std::size_t removed = 0;
    std::error_code error;
    std::filesystem::directory_iterator entries(path_, error);
    if (error) throw std::system_error(error, path_.string());
    for (; entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        if (error) throw std::system_error(error, path_.string());
        const std::filesystem::path file = entries->path();
        struct stat status {};
        if (::stat(file.c_str(), &status) != 0) continue;
        const Time time{Seconds(status.st_mtim.tv_sec)};
        if (file.extension() == kExtension) {
            if (time <= now && remove_expired(file, now)) ++removed;
        } else if (file.extension() == kUnfinished && time + kUnfinishedAge <= now) {
            if (::unlink(file.c_str()) == 0) ++removed;
        }
    }
    return removed;
}

UniqueFd SessionFolder::try_become_sweeper() const {
    const std::filesystem::path name = path_ / "sweeper";
    UniqueFd right = open_file(name, O_RDWR | O_CREAT);
    if (!right) fail(name);
    if (::flock(right.get(), LOCK_EX | LOCK_NB) == 0) return right;
    if (errno != EWOULDBLOCK) fail(name);
    return {};
}

}  // namespace indrik::sessions
