#include "supervisor/system/cpus.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <string>

#include <sched.h>

namespace indrik::supervisor {
namespace {

unsigned affinity_cpus() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return static_cast<unsigned>(std::max(CPU_COUNT(&set), 1));
}

std::string first_line(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

// The cgroup v2 folder of this process, from its "0::/path" line; a container sees its own as the root.
std::string cgroup_folder() {
    std::ifstream file("/proc/self/cgroup");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("0::", 0) == 0) return "/sys/fs/cgroup" + line.substr(3);
    }
    return "/sys/fs/cgroup";
}

}  // namespace

unsigned usable_cpus() {
    unsigned cpus = affinity_cpus();
    for (std::string folder = cgroup_folder(); folder.size() >= 14;
         folder.resize(folder.rfind('/'))) {
        const unsigned quota = quota_cpus(first_line(folder + "/cpu.max"));
        if (quota != 0) cpus = std::min(cpus, quota);
    }
    return cpus;
}

unsigned quota_cpus(std::string_view cpu_max) {
    const std::size_t space = cpu_max.find(' ');
    if (space == std::string_view::npos) return 0;
    std::uint64_t quota = 0;
    std::uint64_t period = 0;
    const char* const end = cpu_max.data() + cpu_max.size();
    const auto first = std::from_chars(cpu_max.data(), end, quota);
    const auto second = std::from_chars(cpu_max.data() + space + 1, end, period);
    if (first.ec != std::errc() || second.ec != std::errc() || quota == 0 || period == 0) return 0;
    return static_cast<unsigned>(std::min<std::uint64_t>((quota + period - 1) / period, 100'000));
}

}  // namespace indrik::supervisor
