#include "supervisor/arbiter/scoreboard.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <sys/mman.h>

namespace indrik::supervisor {

void ScoreLine::set_failure(std::string_view reason) {
    const std::size_t size = std::min(reason.size(), failure.size() - 1);
    std::copy_n(reason.begin(), size, failure.begin());
    failure[size] = '\0';
}

std::string ScoreLine::failure_text() const {
    return {failure.begin(), std::find(failure.begin(), failure.end(), '\0')};
}

Scoreboard::Scoreboard(std::size_t lines) : lines_(nullptr), size_(lines) {
    // Fresh pages are zero, and zero is a free line.
    void* const memory = ::mmap(nullptr,
                                lines * sizeof(ScoreLine),
                                PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS,
                                -1,
                                0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "scoreboard");
    lines_ = static_cast<ScoreLine*>(memory);
}

Scoreboard::~Scoreboard() {
    ::munmap(lines_, size_ * sizeof(ScoreLine));
}

ScoreLine* Scoreboard::claim(unsigned slot, unsigned generation) {
    for (ScoreLine& line : lines()) {
        if (line.state.load() != WorkerState::Free) continue;
        line.pid = 0;
        line.slot = slot;
        line.generation = generation;
        line.accepted = line.connections = line.requests = line.in_flight = 0;
        line.recycling = RecyclingReason::None;
        line.metrics.reset();
        line.failure[0] = '\0';
        line.beat();
        line.state = WorkerState::Booting;
        return &line;
    }
    return nullptr;
}

void Scoreboard::release(ScoreLine& line) {
    line.pid = 0;
    line.state = WorkerState::Free;
}

}  // namespace indrik::supervisor
