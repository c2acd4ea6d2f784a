#pragma once
// What a process takes of the machine, as the kernel tells.

#include <chrono>
#include <cstdint>
#include <string_view>

#include <sys/types.h>

namespace indrik::supervisor {

struct ProcessUsage {
    std::uint64_t rss_bytes = 0;
    std::chrono::milliseconds cpu_time{};  // of user and system
};

/// Zeros for a process that has ended.
ProcessUsage process_usage(pid_t pid);

/// From the text of /proc/PID/stat.
ProcessUsage parse_process_stat(std::string_view text);

}  // namespace indrik::supervisor
