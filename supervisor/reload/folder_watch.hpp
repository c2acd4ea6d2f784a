#pragma once
// Tells that something has changed in folders, by inotify. What it was, a look at the disk tells.

#include <cstddef>
#include <map>
#include <set>
#include <string>

#include "indrik/core/unique_fd.hpp"

namespace indrik::supervisor {

class FolderWatch {
public:
    /// Errors: std::system_error.
    FolderWatch();

    int fd() const { return fd_.get(); }
    /// Watches exactly these; those that are gone are passed over. Errors: std::system_error when the system gives no more watches.
    void set_folders(const std::set<std::string>& folders);

    /// What has happened since the last call.
    struct Events {
        std::size_t count = 0;
        /// A writer is at work on the file that was asked for: it has written, and not closed it.
        bool is_being_written = false;
    };
    /// Without waiting. `file` is the path of the one whose writers matter.
    Events take(const std::string& file);

    void abandon() { fd_.reset(); }

private:
    UniqueFd fd_;
    std::map<std::string, int> watches_;
    std::map<int, std::string> folders_;
    bool is_being_written_ = false;
};

}  // namespace indrik::supervisor
