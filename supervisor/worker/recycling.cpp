#include "supervisor/worker/recycling.hpp"

#include <cstdio>
#include <random>

#include <fcntl.h>
#include <unistd.h>

#include "indrik/core/unique_fd.hpp"

namespace indrik::supervisor {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kLifetimeJitterPercent = 10;

}  // namespace

Recycling::Recycling(const Settings& settings, std::uint64_t seed, TimePoint started)
    : most_requests_(settings.max_requests), most_bytes_(settings.max_rss), started_(started) {
    std::mt19937_64 random(seed);
    const auto up_to = [&](std::uint64_t most) {
        return std::uniform_int_distribution<std::uint64_t>(0, most)(random);
    };
    if (most_requests_ != 0) most_requests_ += up_to(settings.max_requests_jitter);
    const auto lifetime = static_cast<std::uint64_t>(settings.worker_lifetime.count());
    if (lifetime != 0) {
        const std::uint64_t jitter = up_to(lifetime * kLifetimeJitterPercent / 100);
        end_ = started + milliseconds(static_cast<std::int64_t>(lifetime + jitter));
    }
}

RecyclingReason Recycling::due(std::uint64_t requests,
                               TimePoint now,
                               std::uint64_t (*rss_bytes)()) const {
    if (most_requests_ != 0 && requests >= most_requests_) return RecyclingReason::Requests;
    if (end_ && now >= *end_) return RecyclingReason::Age;
    if (most_bytes_ != 0 && now - started_ >= kMinimumAge && rss_bytes() > most_bytes_)
        return RecyclingReason::Memory;
    return RecyclingReason::None;
}

std::uint64_t Recycling::resident_bytes() {
    const UniqueFd file(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
    char text[128] = {};
    if (!file || ::read(file.get(), text, sizeof text - 1) <= 0) return 0;
    unsigned long long size = 0;
    unsigned long long resident = 0;
    if (std::sscanf(text, "%llu %llu", &size, &resident) != 2) return 0;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace indrik::supervisor
