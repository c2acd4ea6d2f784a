#pragma once
// Notices that files have changed, and tells which when the burst is over.
//
// Events (inotify), or a look each second, only say that it is time to look; what has changed is what differs from the last
// look that was taken note of. So nothing is missed, and nothing is told twice.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "indrik/core/logging.hpp"
#include "supervisor/arbiter/poll_set.hpp"
#include "supervisor/config/settings.hpp"
#include "supervisor/reload/folder_watch.hpp"
#include "supervisor/reload/watch_list.hpp"

namespace indrik::supervisor {

class ChangeWatch {
public:
    /// Errors: ConfigError if inotify is wanted and does not work.
    ChangeWatch(WatchList list, ReloadEngine engine, Logger log);

    /// `is_wanted`: somebody would look; otherwise changes are kept for later.
    void add_to(PollSet& set, bool is_wanted);
    void notice(const PollSet& set, bool is_wanted);
    /// Something has happened, and has been quiet for a moment.
    bool is_due() const { return dirty_since_ && Clock::now() >= look_time(); }
    /// What has changed since the last call.
    std::vector<FileChange> look();

    const WatchList& list() const { return list_; }
    const Snapshot& snapshot() const { return snapshot_; }
    /// Others from now on; what is in them is no change.
    void set_folders(std::vector<std::string> folders);
    void set_module(std::string module);
    /// A writer is at work on the module, as far as inotify tells.
    bool is_module_being_written() const { return is_module_being_written_; }

    void abandon();

private:
    void poll_disk(TimePoint now);
    TimePoint look_time() const;
    void take_note();
    void renew_watches();

    WatchList list_;
    Logger log_;
    Snapshot snapshot_;                     // as it was taken note of
    Snapshot polled_;                       // as the poll engine saw it last
    std::unique_ptr<FolderWatch> folders_;  // null: polls
    std::size_t index_ = 0;
    TimePoint next_poll_{};

    std::optional<TimePoint> dirty_since_;
    TimePoint last_event_{};
    std::size_t events_ = 0;  // since then
    bool is_module_being_written_ = false;
};

}  // namespace indrik::supervisor
