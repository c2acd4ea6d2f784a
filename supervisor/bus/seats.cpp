#include "supervisor/bus/seats.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "supervisor/bus/packet.hpp"

namespace indrik::supervisor {
namespace {

// What the kernel keeps for a worker that is slow; it grants what it allows.
constexpr int kSocketBytes = 1024 * 1024;
constexpr int kMasterShift = 32;  // a number begins with the master's pid

}  // namespace

BusSeats::BusSeats() : last_(static_cast<SeatNumber>(::getpid()) << kMasterShift) {}

void BusSeats::open_seat() {
    inbox_.reset();  // of a fork that failed
    forget_the_dead();
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) return;
    inbox_.reset(ends[0]);
    ::setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &kSocketBytes, sizeof kSocketBytes);
    BusAddress address;
    address.number = ++last_;
    address.socket.reset(ends[1]);
    addresses_.push_back(std::move(address));
}

BusSeat BusSeats::take() {
    BusSeat seat;
    seat.inbox = std::move(inbox_);
    seat.others = std::exchange(addresses_, {});
    if (seat.inbox) {
        seat.own = std::move(seat.others.back());
        seat.others.pop_back();
    }
    return seat;
}

void BusSeats::introduce(BusAddress stranger) {
    const auto has_number = [&](const BusAddress& known) {
        return known.number == stranger.number;
    };
    if (!stranger.socket || std::ranges::any_of(addresses_, has_number)) return;
    forget_the_dead();
    PacketHeader header;
    header.kind = PacketKind::Introduce;
    header.from = stranger.number;
    for (const BusAddress& address : addresses_) {
        if (address.number >> kMasterShift ==
            last_ >> kMasterShift)  // the others hear it from their own
            send_packet(address.socket.get(), header, "", stranger.socket.get());
    }
    addresses_.insert(addresses_.begin(), std::move(stranger));
}

std::vector<int> BusSeats::descriptors() const {
    std::vector<int> result{inbox_.get()};
    for (const BusAddress& address : addresses_) result.push_back(address.socket.get());
    return result;
}

std::vector<SeatNumber> BusSeats::numbers() const {
    std::vector<SeatNumber> result;
    for (const BusAddress& address : addresses_) result.push_back(address.number);
    return result;
}

void BusSeats::adopt(std::vector<UniqueFd> descriptors, std::span<const SeatNumber> numbers) {
    inbox_.reset();
    addresses_.clear();
    if (descriptors.size() != numbers.size() + 1) return;
    inbox_ = std::move(descriptors.front());
    for (std::size_t i = 0; i < numbers.size(); ++i)
        addresses_.push_back({numbers[i], std::move(descriptors[i + 1])});
}

void BusSeats::forget_the_dead() {
    std::vector<pollfd> polled;
    for (const BusAddress& address : addresses_) polled.push_back({address.socket.get(), 0, 0});
    if (::poll(polled.data(), polled.size(), 0) <= 0) return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < polled.size(); ++i) {
        const bool is_dead = (polled[i].revents & (POLLHUP | POLLERR)) != 0;
        if (!is_dead && kept != i) addresses_[kept] = std::move(addresses_[i]);
        if (!is_dead) ++kept;
    }
    addresses_.resize(kept);
}

}  // namespace indrik::supervisor
