#pragma once
// Who the workers are: --user, --group, --initgroups and --allow-root.
//
//   const Identity identity = resolve_identity(settings);   // in the master: a wrong name ends the start
//   become(identity);                                        // in the worker, once its privileged work is done

#include <string>

#include <sys/types.h>

#include "supervisor/config/settings.hpp"

namespace indrik::supervisor {

/// A value.
struct Identity {
    uid_t user = 0;
    gid_t group = 0;
    std::string user_name;  // for the groups of /etc/group; empty: in none but `group`
    bool changes = false;   // from what this process is
};

/// Errors: ConfigError: no such user or group, or nobody but root can become another one.
Identity resolve_identity(const Settings& settings);

/// Says clearly that the workers are root, if they are and --allow-root does not say that it is meant.
void warn_of_root(const Settings& settings, const Logger& log);

/// Gives up everything that the identity does not have, for good. Errors: std::system_error.
void become(const Identity& identity);

/// In the master, for a worker that will not be root: creates the log files that are named, if they are not there, and gives
/// them to the worker's user, who is to open them again at SIGUSR1. Errors: ConfigError that names the setting.
void own_log_files(const Settings& settings);

/// The same for the files of Unix sockets, which the master has bound.
void own_unix_sockets(const Settings& settings);

/// The umask of --umask while this lives: around the making of Unix sockets. It is the process's.
class SocketUmask {
public:
    explicit SocketUmask(const Settings& settings);
    SocketUmask(const SocketUmask&) = delete;
    SocketUmask& operator=(const SocketUmask&) = delete;
    ~SocketUmask();

private:
    mode_t before_;
};

}  // namespace indrik::supervisor
