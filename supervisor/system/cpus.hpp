#pragma once
// How many CPUs this process may use, as a container sees it.

#include <string_view>

namespace indrik::supervisor {

/// The CPUs of the affinity mask, or fewer when a cgroup quota allows fewer (rounded up). At least 1.
unsigned usable_cpus();

/// What a cgroup v2 `cpu.max` file allows, rounded up; 0: no limit, or unreadable text.
unsigned quota_cpus(std::string_view cpu_max);

}  // namespace indrik::supervisor
