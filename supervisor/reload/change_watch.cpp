#include "supervisor/reload/change_watch.hpp"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "supervisor/config/errors.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds kQuiet = 100ms;        // after the last event of a few
constexpr milliseconds kQuietOfMany = 400ms;  // of a burst, whose writer may pause for breath
constexpr std::size_t kMany = 50;             // events make a burst
constexpr milliseconds kLongestBurst = 10s;   // one that goes on is looked at all the same
constexpr milliseconds kPollPause = 1s;
constexpr milliseconds kPollPauseOfBurst = 300ms;
constexpr int kMostLooks = 5;  // at folders that appear while we look

}  // namespace

ChangeWatch::ChangeWatch(WatchList list, ReloadEngine engine, Logger log)
    : list_(std::move(list)), log_(std::move(log)) {
    if (engine != ReloadEngine::Poll) {
        try {
            folders_ = std::make_unique<FolderWatch>();
        } catch (const std::system_error& error) {
            if (engine == ReloadEngine::Inotify)
                throw ConfigError(fmt::format("--reload-engine: {}", error.what()));
            log_.warning("{}; files are looked at each second", error.what());
        }
    }
    take_note();
}

void ChangeWatch::take_note() {
    snapshot_ = list_.scan();
    renew_watches();
}

void ChangeWatch::renew_watches() {
    if (folders_ == nullptr) return;
    try {
        folders_->set_folders(snapshot_.folders);
    } catch (const std::system_error& error) {
        log_.warning("{}; files are looked at each second", error.what());
        folders_.reset();
    }
}

void ChangeWatch::add_to(PollSet& set, bool is_wanted) {
    index_ = static_cast<std::size_t>(-1);
    if (folders_ != nullptr) index_ = set.add(folders_->fd(), POLLIN);
    if (!is_wanted) return;
    if (folders_ == nullptr) set.wake_by(next_poll_);
    if (dirty_since_) set.wake_by(look_time());
}

void ChangeWatch::notice(const PollSet& set, bool is_wanted) {
    const TimePoint now = Clock::now();
    if (folders_ == nullptr && is_wanted) poll_disk(now);
    if (folders_ == nullptr || set.ready(index_) == 0) return;
    const FolderWatch::Events events = folders_->take(list_.module);
    is_module_being_written_ = events.is_being_written;
    if (events.count == 0) return;
    events_ += events.count;
    last_event_ = now;
    if (!dirty_since_) dirty_since_ = now;
}

// What has changed since the last poll is still changing, perhaps.
void ChangeWatch::poll_disk(TimePoint now) {
    if (now < next_poll_) return;
    Snapshot fresh = list_.scan();
    if (!compare(polled_, fresh).empty() && !compare(snapshot_, fresh).empty()) {
        last_event_ = now;
        if (!dirty_since_) dirty_since_ = now;
    }
    polled_ = std::move(fresh);
    next_poll_ = now + (dirty_since_ ? kPollPauseOfBurst : kPollPause);
}

TimePoint ChangeWatch::look_time() const {
    const bool is_slow = folders_ == nullptr || events_ > kMany;
    const milliseconds quiet = is_slow ? kQuietOfMany : kQuiet;
    return std::min(last_event_ + quiet, *dirty_since_ + kLongestBurst);
}

std::vector<FileChange> ChangeWatch::look() {
    if (dirty_since_ && Clock::now() >= *dirty_since_ + kLongestBurst)
        log_.warning("Reload: files keep changing; looking at what is there now");
    dirty_since_.reset();
    events_ = 0;
    std::vector<FileChange> changes;
    bool has_new_folders = true;
    // What came into a new folder before it was watched told nobody: there we look again.
    for (int looks = 0; has_new_folders && looks < kMostLooks; ++looks) {
        Snapshot fresh = list_.scan();
        std::vector<FileChange> found = compare(snapshot_, fresh);
        has_new_folders = snapshot_.folders != fresh.folders;
        std::ranges::move(found, std::back_inserter(changes));
        snapshot_ = std::move(fresh);
        renew_watches();  // also because a folder may be another one of the same name
    }
    return changes;
}

void ChangeWatch::set_folders(std::vector<std::string> folders) {
    list_.folders = std::move(folders);
    take_note();
}

void ChangeWatch::set_module(std::string module) {
    list_.module = std::move(module);
    take_note();
}

void ChangeWatch::abandon() {
    if (folders_ != nullptr) folders_->abandon();
}

}  // namespace indrik::supervisor
