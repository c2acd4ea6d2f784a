#pragma once
// Every listening socket of the master: for each TCP address one per worker slot (SO_REUSEPORT: the kernel spreads new
// connections over the slots), for each Unix address one that all slots share, as they do those that systemd hands over.
//
// The master holds a slot's sockets as long as the slot exists. A worker that dies leaves its queue of waiting connections
// behind, and its replacement or a sibling serves them. Which slots get new connections is told to the kernel by steer(), so
// that a slot may listen before it is served and be emptied before it is closed. Where the kernel does not allow that, slots
// added later are bound at once but listen only when their first worker is ready.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/listeners/address.hpp"
#include "supervisor/listeners/inheritance.hpp"
#include "supervisor/listeners/steering.hpp"

namespace indrik::supervisor {

/// How many connections wait at a slot's socket.
struct QueueDepth {
    unsigned slot = 0;
    std::string address;
    std::uint64_t connections = 0;
};

class Listeners {
public:
    Listeners() = default;
    Listeners(const Listeners&) = delete;
    Listeners& operator=(const Listeners&) = delete;
    ~Listeners() { close(); }

    /// Takes over sockets that another process opened; there are then at least as many slots as they had. The files of Unix
    /// sockets stay the other's until own_files().
    void adopt(std::vector<InheritedEndpoint> endpoints);
    void own_files();
    /// Opens what is not open yet, for all slots, listening, and changes the backlog of what is. All or nothing.
    /// Errors: AddressInUse, ConfigError.
    void open(std::span<const Address> addresses, int backlog);
    /// Closes every address that is not among these.
    void keep_only(std::span<const Address> addresses);
    /// Opens sockets for new slots, or closes those of the last slots, whose queues must be empty by then.
    /// Errors: ConfigError; then nothing has changed.
    void resize(unsigned slots);
    unsigned slots() const { return slots_; }

    /// From now on new connections go to these slots alone. REQUIRES: at least one slot, all below slots()
    void steer(std::span<const unsigned> slots);
    /// The same when somebody else may have changed it.
    void steer_again();
    /// Why the kernel does not let us steer; nothing: it does.
    std::error_code steering_error() const { return steering_error_; }
    /// Connections that wait to be accepted in the slot's own sockets.
    std::uint64_t waiting(unsigned slot) const;

    /// The slot's own sockets for these addresses, without those that all slots share. Lifetime: until the next change.
    std::vector<int> own_sockets(unsigned slot, std::span<const Address> addresses) const;
    /// In the worker: the slot's sockets for these addresses, in their order; every other one is closed, in this
    /// process only. REQUIRES: slot < slots()
    std::vector<UniqueFd> take(unsigned slot, std::span<const Address> addresses);

    /// The slot's sockets for these addresses, in their order, which stay ours. REQUIRES: slot < slots()
    std::vector<int> descriptors(unsigned slot, std::span<const Address> addresses) const;

    /// Closes all and removes the files of Unix sockets.
    void close();
    /// Closes all, in this process only: whoever has the other copies goes on.
    void abandon();
    /// What a successor needs to go on with the same sockets. Lifetime: until the next change.
    std::vector<EndpointHandover> handover() const;

    /// The URLs, with the ports that the kernel chose for port 0.
    std::vector<std::string> urls(bool is_encrypted = false) const;
    /// Of all TCP sockets; the kernel does not tell for Unix sockets.
    std::vector<QueueDepth> queue_depths() const;

    /// An address and the connections that wait to be accepted, by slot; a Unix socket has one queue for all.
    struct Queues {
        std::string url;
        bool is_shared = false;
        std::vector<std::uint64_t> waiting;
    };
    std::vector<Queues> queues(bool is_encrypted = false) const;

private:
    struct Endpoint {
        Address address;
        std::uint16_t port = 0;
        std::vector<UniqueFd> sockets;  // one per slot; shared: one
        bool is_shared = false;
        bool is_inherited = false;  // by systemd: whose it stays
        std::uint64_t inode = 0;    // of a Unix socket's file, so that a successor's is not removed
        int backlog = 0;
        GroupOrder order = {};
        std::vector<unsigned> steered = {};  // indexes; none: the kernel spreads over all
    };

    Endpoint open_endpoint(const Address& address, int backlog) const;
    void listen(Endpoint& endpoint, unsigned slot) const;
    void change_backlog(int backlog);
    void steer(Endpoint& endpoint);
    void shrink(Endpoint& endpoint, unsigned slots) const;
    static void close_endpoint(Endpoint& endpoint);

    std::vector<Endpoint> endpoints_;
    unsigned slots_ = 0;
    std::vector<unsigned> steered_;  // slots; none: all
    std::error_code steering_error_;
};

}  // namespace indrik::supervisor
