#pragma once
// Every listening socket of the master: for each TCP address one per worker slot (SO_REUSEPORT: the kernel spreads new
// connections over the slots), for each Unix address one that all slots share.
//
// The master holds a slot's sockets as long as the slot exists. A worker that dies leaves its queue of waiting connections
// behind, and its replacement serves them. Slots added later are bound at once but listen only when their first worker is
// ready: until then the kernel sends nothing there.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/listeners/address.hpp"

namespace indrik::supervisor {

class Listeners {
public:
    Listeners() = default;
    Listeners(const Listeners&) = delete;
    Listeners& operator=(const Listeners&) = delete;
    ~Listeners() { close(); }

    /// Opens what is not open yet, for all slots, listening. All or nothing.
    /// Errors: AddressInUse, ConfigError.
    void open(std::span<const Address> addresses, int backlog);
    /// Closes every address that is not among these.
    void keep_only(std::span<const Address> addresses);
    /// Binds sockets for new slots, which do not listen yet, or closes the sockets of the last slots.
    /// Errors: ConfigError; then nothing has changed.
    void resize(unsigned slots);
    unsigned slots() const { return slots_; }

    /// In the worker: the slot's sockets for these addresses, in their order; every other one is closed, in this
    /// process only. REQUIRES: slot < slots()
    std::vector<UniqueFd> take(unsigned slot, std::span<const Address> addresses);

    /// Closes all and removes the files of Unix sockets.
    void close();

    /// The URLs, with the ports that the kernel chose for port 0.
    std::vector<std::string> urls(bool is_encrypted = false) const;

    /// An address and the connections that wait to be accepted, by slot; a Unix socket has one queue for all.
    struct Queues {
        std::string url;
        bool is_shared = false;
        std::vector<unsigned> waiting;
    };
    std::vector<Queues> queues(bool is_encrypted = false) const;

private:
    struct Endpoint {
        Address address;
        std::uint16_t port = 0;
        std::vector<UniqueFd> sockets;  // one per slot; Unix: one
        std::uint64_t inode = 0;  // of a Unix socket's file, so that a successor's is not removed
    };

    Endpoint open_endpoint(const Address& address, int backlog) const;
    static void close_endpoint(Endpoint& endpoint);

    std::vector<Endpoint> endpoints_;
    unsigned slots_ = 0;
};

}  // namespace indrik::supervisor
