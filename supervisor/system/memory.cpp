#include "supervisor/system/memory.hpp"

#include <cstdio>

#include <unistd.h>

namespace indrik::supervisor {

std::uint64_t resident_bytes() {
    std::FILE* const file = std::fopen("/proc/self/statm", "re");
    if (file == nullptr) return 0;
    unsigned long long size = 0;
    unsigned long long resident = 0;
    const int found = std::fscanf(file, "%llu %llu", &size, &resident);
    std::fclose(file);
    return found == 2 ? resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace indrik::supervisor
