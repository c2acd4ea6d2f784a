#pragma once
// Which sockets of an SO_REUSEPORT group get new connections.
//
//   steer(any_socket_of_the_group, {0, 1, 3});      // by index in the group; every third one each, at random
//
// The kernel asks a small classic BPF program (SO_ATTACH_REUSEPORT_CBPF) for the index of the socket that is to get a
// connection, at its first packet. The program belongs to the group; the one attached last counts. It draws a random number,
// takes it modulo the number of sockets in use, and finds the index in a tree of comparisons over runs of consecutive
// indexes: usually there is one run, and the program has three or four instructions.

#include <span>
#include <system_error>
#include <vector>

#include <linux/filter.h>

namespace indrik::supervisor {

/// Indexes in the group: the order in which its sockets began to listen; the last one moves to the place of one that goes.
class GroupOrder {
public:
    void add(unsigned slot) { slots_.push_back(slot); }
    void remove(unsigned slot);
    const std::vector<unsigned>& slots() const { return slots_; }
    /// The indexes of those of `slots` that are in the group.
    std::vector<unsigned> indexes(std::span<const unsigned> slots) const;

private:
    std::vector<unsigned> slots_;  // by index
};

/// REQUIRES: 1 to 1000 indexes.
std::vector<sock_filter> steering_program(std::span<const unsigned> indexes);

/// Attaches the program for these indexes to the group of a listening socket. Not all kernels and sandboxes allow it.
std::error_code steer(int socket, std::span<const unsigned> indexes);

}  // namespace indrik::supervisor
