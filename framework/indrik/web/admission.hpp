#pragma once
// Who may connect: counts open connections, all of them and those of each address, and says when there are too many.
//
// An IPv6 address counts with the whole network of 64 bits that it is in, because one customer has at least that many. Connections
// over Unix sockets have no address and only count for the server.

#include <cstddef>
#include <map>
#include <memory>
#include <utility>

#include "indrik/http/ip_network.hpp"
#include "indrik/net/endpoint.hpp"

namespace indrik::web {

/// Lifetime: outlives its tickets.
class Admission {
    struct Group;

public:
    class Ticket;

    /// A limit of 0 is none.
    Admission(std::size_t max_connections, std::size_t max_connections_per_address);
    Admission(const Admission&) = delete;
    Admission& operator=(const Admission&) = delete;
    ~Admission();

    /// Counts a connection until its ticket goes. One too many is counted as turned away.
    Ticket admit(const net::Endpoint& remote);
    /// Whether admit() looks at the address; if not, nobody needs to find it out.
    bool counts_addresses() const { return max_per_address_ != 0; }

    /// Connections that have a ticket now, and those of them that were turned away.
    std::size_t admitted() const { return admitted_; }
    std::size_t turned_away() const;

private:
    /// Connections that are counted together: of one address, of no address, or turned away.
    struct Group {
        Admission* owner;
        http::IPAddress address;
        std::size_t open = 0;
    };

    Group* group_of(const net::Endpoint& remote);
    void leave(Group& group);

    std::size_t max_connections_;
    std::size_t max_per_address_;
    std::size_t admitted_ = 0;
    Group nameless_;
    Group turned_away_;
    std::map<http::IPAddress, Group>
        addresses_;  // ordered: nobody can choose addresses that collide
};

/// A connection's place. Movable; gives the place back at its end.
class Admission::Ticket {
public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept : group_(std::exchange(other.group_, nullptr)) {}
    Ticket& operator=(Ticket&& other) noexcept {
        std::swap(group_, other.group_);
        return *this;
    }
    ~Ticket() {
        if (group_ != nullptr) group_->owner->leave(*group_);
    }

    bool is_admitted() const { return group_ != nullptr && group_ != &group_->owner->turned_away_; }

private:
    friend class Admission;
    explicit Ticket(Group& group) : group_(&group) { ++group.open; }

    Group* group_ = nullptr;
};

}  // namespace indrik::web
