#include "supervisor/control/find_instance.hpp"

#include <filesystem>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include "supervisor/control/client.hpp"
#include "supervisor/control/socket_path.hpp"
#include "supervisor/control/unix_connection.hpp"

namespace indrik::supervisor {
namespace {

[[noreturn]] void give_up(const std::string& message, int exit_code) {
    throw ControlError(message, exit_code);
}

pid_t pid_of(const std::string& text) {
    if (text.find_first_not_of("0123456789") == std::string::npos && text.size() < 10) {
        return std::stoi(text);
    }
    std::ifstream file(text);
    pid_t pid = 0;
    if (!(file >> pid) || pid <= 0) {
        give_up(fmt::format("--pid: {} is neither a process id nor a file with one", text),
                control_exit::kUsage);
    }
    return pid;
}

std::string list(const std::vector<InstanceSocket>& instances) {
    std::string text;
    for (const InstanceSocket& instance : instances) {
        text +=
            fmt::format("{}{} (--pid {})", text.empty() ? "" : ", ", instance.name, instance.pid);
    }
    return text;
}

}  // namespace

std::string find_instance(const InstanceChoice& choice) {
    if (!choice.socket.empty()) return choice.socket;
    const std::filesystem::path folder = control_folder();
    const pid_t pid = choice.pid.empty() ? 0 : pid_of(choice.pid);
    std::vector<InstanceSocket> found;
    for (InstanceSocket& instance : list_instances(folder)) {
        const bool fits = (pid == 0 || instance.pid == pid) &&
                          (choice.name.empty() || instance.name == choice.name);
        // One that may not be entered exists; the command will say so.
        if (!fits || connect_unix(instance.path.string()).error == ECONNREFUSED) continue;
        found.push_back(std::move(instance));
    }
    if (found.size() == 1) return found.front().path.string();
    if (found.empty()) {
        give_up(
            fmt::format("no such instance runs (looked in {}); --socket names the socket of one "
                        "that was started with --control-socket",
                        folder.string()),
            control_exit::kNoInstance);
    }
    give_up(fmt::format("there are several instances, say which: {}", list(found)),
            control_exit::kUsage);
}

}  // namespace indrik::supervisor
