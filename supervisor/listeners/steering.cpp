#include "supervisor/listeners/steering.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include <sys/socket.h>

namespace indrik::supervisor {
namespace {

constexpr std::uint32_t kLongestShortJump = 255;

constexpr auto kRandom = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_RANDOM);

/// Values from `first` on have consecutive indexes from `index` on.
struct Run {
    std::uint32_t first;
    std::uint32_t index;
};

std::vector<Run> runs_of(std::span<const unsigned> indexes) {
    std::vector<Run> runs;
    for (std::uint32_t value = 0; value < indexes.size(); ++value) {
        if (runs.empty() || indexes[value] - runs.back().index != value - runs.back().first)
            runs.push_back({value, indexes[value]});
    }
    return runs;
}

// The accumulator holds the value; the program returns its index.
std::vector<sock_filter> find_index(std::span<const Run> runs) {
    if (runs.size() == 1) {
        const std::uint32_t distance = runs[0].index - runs[0].first;
        std::vector<sock_filter> leaf;
        if (distance != 0) leaf.push_back(BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, distance));
        leaf.push_back(BPF_STMT(BPF_RET | BPF_A, 0));
        return leaf;
    }
    const std::size_t middle = runs.size() / 2;
    const std::vector<sock_filter> lower = find_index(runs.first(middle));
    const std::vector<sock_filter> upper = find_index(runs.subspan(middle));
    const auto length = static_cast<std::uint32_t>(lower.size());
    const std::uint32_t border = runs[middle].first;

    std::vector<sock_filter> program;
    if (length <= kLongestShortJump) {
        const auto jump = static_cast<std::uint8_t>(length);
        program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, border, jump, 0));
    } else {
        program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, border, 0, 1));
        program.push_back(BPF_STMT(BPF_JMP | BPF_JA, length));
    }
    program.insert(program.end(), lower.begin(), lower.end());
    program.insert(program.end(), upper.begin(), upper.end());
    return program;
}

}  // namespace

void GroupOrder::remove(unsigned slot) {
    const auto found = std::ranges::find(slots_, slot);
    if (found == slots_.end()) return;
    *found = slots_.back();
    slots_.pop_back();
}

std::vector<unsigned> GroupOrder::indexes(std::span<const unsigned> slots) const {
    std::vector<unsigned> result;
    for (unsigned index = 0; index < slots_.size(); ++index) {
        if (std::ranges::find(slots, slots_[index]) != slots.end()) result.push_back(index);
    }
    return result;
}

std::vector<sock_filter> steering_program(std::span<const unsigned> indexes) {
    const auto count = static_cast<std::uint32_t>(indexes.size());
    std::vector<sock_filter> program;
    program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kRandom));
    program.push_back(BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, count));
    const std::vector<sock_filter> find = find_index(runs_of(indexes));
    program.insert(program.end(), find.begin(), find.end());
    return program;
}

std::error_code steer(int socket, std::span<const unsigned> indexes) {
    std::vector<sock_filter> program = steering_program(indexes);
    const sock_fprog attached{static_cast<unsigned short>(program.size()), program.data()};
    if (::setsockopt(socket, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &attached, sizeof attached) ==
        0) {
        return {};
    }
    return {errno, std::generic_category()};
}

}  // namespace indrik::supervisor
