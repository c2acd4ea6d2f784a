// The part of the arbiter that replaces workers which wish it (worker/recycling.hpp): the next one boots in the same slot
// beside the old one, which retires when it is ready. One at a time over all slots.
#include <algorithm>
#include <csignal>

#include "supervisor/arbiter/arbiter.hpp"

namespace indrik::supervisor {
namespace {

const char* describe(RecyclingReason reason) {
    switch (reason) {
        case RecyclingReason::Requests:
            return "it has answered --max-requests";
        case RecyclingReason::Memory:
            return "it has more memory than --max-rss";
        case RecyclingReason::Age:
            return "it has reached --worker-lifetime";
        case RecyclingReason::None:
            break;
    }
    return "";
}

}  // namespace

void Arbiter::recycle_workers() {
    if (reload_ || successor_) return;
    for (auto& [pid, worker] : table_.workers()) {
        if (!worker.is_leaving || worker.is_retiring) continue;
        const Worker* const next = table_.find(worker.slot, worker.generation);
        if (next != nullptr && next->ready_since) retire(worker, SIGTERM);
    }
    const auto is_leaving = [](const auto& entry) {
        return entry.second.is_leaving && !entry.second.is_retiring;
    };
    if (std::ranges::any_of(table_.workers(), is_leaving)) return;
    for (auto& [pid, worker] : table_.workers()) {
        const RecyclingReason reason = worker.line->recycling.load();
        if (reason == RecyclingReason::None || !worker.is_serving()) continue;
        worker.is_leaving = true;
        log_.info("Worker (pid:{}) will be replaced: {}", pid, describe(reason));
        return;
    }
}

}  // namespace indrik::supervisor
