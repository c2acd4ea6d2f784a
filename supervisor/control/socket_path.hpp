#pragma once
// Where control sockets are. Each instance has its own: NAME-PID.sock in a folder that only its user can write to.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "supervisor/config/settings.hpp"

namespace indrik::supervisor {

/// $XDG_RUNTIME_DIR/indrik, or /run/indrik for root, or /tmp/indrik-UID. It need not exist.
std::filesystem::path control_folder();

/// The same, made if need be. Errors: ConfigError if it cannot be made, or belongs to or can be changed by others.
std::filesystem::path prepare_control_folder();

/// The name of an instance from its application: "polls" for build/polls.so:make_app; bytes that do not belong into a file name
/// become underscores.
std::string instance_name(std::string_view application);
/// The same from --name, if there is one.
inline std::string instance_name(const Settings& settings) {
    return instance_name(settings.name.empty() ? settings.application : settings.name);
}

/// "NAME-PID.sock".
std::string control_file(std::string_view name, pid_t pid);

/// A socket in the folder, by its name.
struct InstanceSocket {
    std::filesystem::path path;
    std::string name;
    pid_t pid = 0;
};

/// Those in the folder, sorted; some may be left over from masters that were killed.
std::vector<InstanceSocket> list_instances(const std::filesystem::path& folder);

/// Removes what killed masters have left behind.
void remove_stale_sockets(const std::filesystem::path& folder);

}  // namespace indrik::supervisor
