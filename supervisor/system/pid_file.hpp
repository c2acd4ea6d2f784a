#pragma once
// The file that tells scripts and logrotate the master's process id.

#include <filesystem>
#include <string>

namespace indrik::supervisor {

/// Written at once by rename, mode 0644; removed at the end, if it still is ours.
class PidFile {
public:
    /// An empty path: no file. Errors: ConfigError, also when the file names a living process.
    explicit PidFile(const std::string& path);
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;
    ~PidFile();

    /// Takes the place of whatever is at `path`. Errors: ConfigError.
    void move_to(const std::string& path);
    /// It belongs to a successor now.
    void abandon() { path_.clear(); }

private:
    std::filesystem::path path_;
};

}  // namespace indrik::supervisor
