#pragma once
// The bus between workers, as the master makes it: a seat for each worker, which is a pair of connected sockets. One end is the worker's
// inbox, which only it holds; the other end, its address, is for those who send to it.
//
//   seats.open_seat();                  // before the fork
//   ... in the child:   BusSeat seat = seats.take();
//   ... in the master:  seats.close_inbox();
//
// A worker inherits the addresses of all who were there before it, and sends its own to each of them, over the bus; who comes later
// inherits it. So all generations and slots are connected with each other, and the master does nothing between two forks. When a
// process dies its inbox is closed, which the kernel reports to all who hold its address. While one master takes another's place
// each tells the other of its seats, and its workers of the other's, so that they meet whatever the order of the forks.

#include <cstdint>
#include <span>
#include <vector>

#include "indrik/core/unique_fd.hpp"

namespace indrik::supervisor {

/// Given once, never again, also not by another master that runs at the same time.
using SeatNumber = std::uint64_t;

struct BusAddress {
    SeatNumber number = 0;
    UniqueFd socket;
};

/// A worker's share.
struct BusSeat {
    BusAddress own;
    UniqueFd inbox;                  // none: there were no descriptors left
    std::vector<BusAddress> others;  // of those who were there before
};

/// Held by the master.
class BusSeats {
public:
    BusSeats();

    /// Forgets who has ended, and makes a seat.
    void open_seat();
    /// In the child: all that it needs. The object is empty then.
    BusSeat take();
    void close_inbox() { inbox_.reset(); }

    /// Closes the addresses of workers that have ended.
    void forget_the_dead();

    /// During an upgrade: the worker of another master. Those who are here are told, those who come inherit its address.
    void introduce(BusAddress stranger);
    /// The address of the newest seat; null: none.
    const BusAddress* newest() const { return addresses_.empty() ? nullptr : &addresses_.back(); }
    const std::vector<BusAddress>& addresses() const { return addresses_; }

    bool has_inbox() const { return static_cast<bool>(inbox_); }
    /// The inbox and all addresses, the newest last, for a child that another process forks.
    std::vector<int> descriptors() const;
    std::vector<SeatNumber> numbers() const;
    /// In that child: what it was sent of descriptors() and numbers(), in the place of what it has.
    void adopt(std::vector<UniqueFd> descriptors, std::span<const SeatNumber> numbers);

private:
    SeatNumber last_;
    UniqueFd inbox_;  // of the newest seat, until the fork
    std::vector<BusAddress> addresses_;
};

}  // namespace indrik::supervisor
