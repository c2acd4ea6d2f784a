#include "supervisor/reload/folder_watch.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

#include <sys/inotify.h>
#include <unistd.h>

namespace indrik::supervisor {
namespace {

constexpr std::uint32_t kEvents = IN_CREATE | IN_DELETE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB |
                                  IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF |
                                  IN_ONLYDIR;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

FolderWatch::FolderWatch() : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    if (!fd_) fail("inotify");
}

void FolderWatch::set_folders(const std::set<std::string>& folders) {
    std::map<std::string, int> watches;
    for (const std::string& folder : folders) {
        // The same folder gives the same watch; a new one under an old name gives a new watch.
        const int watch = ::inotify_add_watch(fd_.get(), folder.c_str(), kEvents);
        if (watch >= 0) {
            watches.emplace(folder, watch);
        } else if (errno == ENOSPC || errno == ENOMEM) {
            fail("inotify: more folders than fs.inotify.max_user_watches allows");
        }
    }
    std::map<int, std::string> by_watch;
    for (const auto& [folder, watch] : watches) by_watch.emplace(watch, folder);
    for (const auto& [folder, watch] : watches_) {
        if (!by_watch.contains(watch)) ::inotify_rm_watch(fd_.get(), watch);
    }
    watches_ = std::move(watches);
    folders_ = std::move(by_watch);
}

FolderWatch::Events FolderWatch::take(const std::string& file) {
    Events events;
    alignas(inotify_event) std::array<char, 65536> buffer;
    for (;;) {
        const ssize_t size = ::read(fd_.get(), buffer.data(), buffer.size());
        if (size <= 0) break;
        for (const char* at = buffer.data(); at < buffer.data() + size;) {
            inotify_event event;
            std::memcpy(&event, at, sizeof event);
            const char* const name = at + sizeof event;
            at += sizeof event + event.len;
            if ((event.mask & IN_IGNORED) != 0) continue;
            ++events.count;
            const auto folder = folders_.find(event.wd);
            if (folder == folders_.end() || event.len == 0) continue;
            if (folder->second + "/" + name != file) continue;
            is_being_written_ = (event.mask & IN_MODIFY) != 0 ||
                                ((event.mask & IN_ATTRIB) != 0 && is_being_written_);
        }
    }
    events.is_being_written = is_being_written_;
    return events;
}

}  // namespace indrik::supervisor
