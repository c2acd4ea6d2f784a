// The part of the arbiter that sees to it that no connection waits for a worker which is not there: it steers new ones to
// the slots that are served, lends the queues of the others to healthy workers, and empties a slot before it closes.
#include <algorithm>
#include <numeric>

#include "supervisor/arbiter/arbiter.hpp"
#include "supervisor/worker/channel.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr auto kHandshakePatience = 1s;  // half-open connections become whole, or are lost anyway
constexpr auto kLongestEmptying = 10s;
constexpr auto kEmptyingLook = 20ms;

}  // namespace

void Arbiter::arrange_service() {
    if (is_stopping_ || (predecessor_ && !predecessor_->was_told())) return;
    close_emptied_slots();
    const std::vector<bool> served = served_slots();
    steer_connections(served);
    lend_slots(served);
}

std::vector<bool> Arbiter::served_slots() {
    std::vector<bool> served(listeners_.slots());
    for (const auto& [pid, worker] : table_.workers()) {
        if (worker.is_healthy() && worker.slot < served.size()) served[worker.slot] = true;
    }
    return served;
}

// If nobody serves, connections wait in all queues alike.
void Arbiter::steer_connections(const std::vector<bool>& served) {
    std::vector<unsigned> slots;
    for (unsigned slot = 0; slot < target_; ++slot) {
        if (served.at(slot)) slots.push_back(slot);
    }
    if (slots.empty()) {
        slots.resize(target_);
        std::iota(slots.begin(), slots.end(), 0u);
    }
    if (slots.empty()) return;  // at rest: whoever comes waits where it was last
    const bool could_steer = !listeners_.steering_error();
    listeners_.steer(slots);
    if (could_steer && listeners_.steering_error()) {
        log_.warning(
            "New connections cannot be steered to the workers that are ready ({}): a slot that is "
            "taken away may lose some",
            listeners_.steering_error().message());
    }
}

void Arbiter::lend_slots(const std::vector<bool>& served) {
    loans_.end_where([&](unsigned slot, pid_t borrower) {
        const Worker* const worker = table_.find(borrower);
        if (slot < served.size() && !served[slot] && worker != nullptr && worker->is_healthy())
            return false;
        if (worker != nullptr)
            send_message(worker->channel.get(), {ChannelMessage::LeaveSlot, slot});
        return true;
    });
    for (unsigned slot = 0; slot < served.size(); ++slot) {
        if (served[slot]) loans_.slot_was_served(slot);
        if (!served[slot] && !loans_.has(slot) && needs_loan(slot)) lend(slot);
    }
}

// A slot whose first worker boots has nothing but what came before anybody was ready.
bool Arbiter::needs_loan(unsigned slot) {
    if (loans_.was_served(slot)) return true;
    return std::ranges::none_of(table_.workers(),
                                [&](const auto& entry) { return entry.second.slot == slot; });
}

void Arbiter::lend(unsigned slot) {
    const std::vector<int> sockets = listeners_.own_sockets(slot, settings_.bind);
    if (sockets.empty() || sockets.size() > kMostSocketsInMessage) return;
    const Worker* chosen = nullptr;
    for (const auto& [pid, worker] : table_.workers()) {
        if (!worker.is_healthy() || worker.generation != generation_) continue;
        if (chosen == nullptr || loans_.of(pid) < loans_.of(chosen->pid)) chosen = &worker;
    }
    if (chosen == nullptr) return;
    if (!send_message(chosen->channel.get(), {ChannelMessage::ServeSlot, slot}, sockets)) return;
    loans_.add(slot, chosen->pid);
    log_.debug("Slot {} is lent to worker (pid:{})", slot, chosen->pid);
}

unsigned Arbiter::wanted_slots() const {
    if (target_ == 0) return listeners_.slots();  // at rest: those who come wait in all of them
    return reload_ ? std::max(reload_->settings.workers, target_) : target_;
}

// Connections are steered away from the last slots from the pass in which this first sees them. Their workers, or siblings,
// empty their queues; only when what was half open had its time and nobody waits are they closed.
void Arbiter::close_emptied_slots() {
    const unsigned wanted = wanted_slots();
    // A successor goes on with all sockets, and closes what it does not need.
    if (listeners_.slots() <= wanted || successor_) return closing_.reset();
    const TimePoint now = Clock::now();
    if (!closing_ || closing_->down_to != wanted) closing_ = Closing{wanted, now};
    if (!listeners_.steering_error()) {
        if (now < closing_->since + kHandshakePatience)
            return wake_by(closing_->since + kHandshakePatience);
        std::uint64_t waiting = 0;
        for (unsigned slot = wanted; slot < listeners_.slots(); ++slot)
            waiting += listeners_.waiting(slot);
        const bool is_late =
            table_.is_anybody_serving() && now >= closing_->since + kLongestEmptying;
        if (waiting > 0 && !is_late) return wake_by(now + kEmptyingLook);
    }
    listeners_.resize(wanted);
    loans_.forget_service_from(wanted);
    closing_.reset();
}

}  // namespace indrik::supervisor
