#pragma once
// The listening end of the control socket, and its file.

#include <string>
#include <string_view>

#include <sys/types.h>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/config/settings.hpp"

namespace indrik::supervisor {

/// Appears under its name only when it listens and has its mode. The file goes with it, unless it has become another's.
class ControlSocket {
public:
    /// What nobody serves any more is replaced; so is the socket of our parent, which we are about to succeed.
    /// Errors: ConfigError that names the setting and the file.
    ControlSocket(std::string path, unsigned mode);
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;
    ~ControlSocket();

    int fd() const { return fd_.get(); }
    const std::string& path() const { return path_; }
    /// Makes the file anew if it has been removed, by a cleaner of /tmp or by a successor that has given up.
    void restore();
    /// In a worker: closes the socket and leaves the file.
    void abandon();

    /// Whether the process at the other end may command: root, the master's user, or whom the mode lets in.
    bool admits(int connection) const;

private:
    void listen();
    bool is_ours() const;

    std::string path_;
    unsigned mode_;
    UniqueFd fd_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

/// The path that the settings name, or the instance's own. Errors: ConfigError.
std::string control_socket_path(const Settings& settings);

}  // namespace indrik::supervisor
