#include "supervisor/listeners/listeners.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervisor/listeners/sockets.hpp"

namespace indrik::supervisor {
namespace {

std::uint64_t inode_of(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

bool contains(std::span<const Address> addresses, const Address& address) {
    return std::ranges::find(addresses, address) != addresses.end();
}

}  // namespace

void Listeners::adopt(std::vector<InheritedEndpoint> endpoints) {
    for (InheritedEndpoint& inherited : endpoints) {
        Endpoint endpoint{inherited.address, inherited.port, {}};
        endpoint.is_shared = inherited.sharing != Sharing::Slots;
        endpoint.is_inherited = inherited.sharing == Sharing::Inherited;
        for (auto& [slot, socket] : inherited.sockets) {
            if (slot >= endpoint.sockets.size()) endpoint.sockets.resize(slot + 1);
            endpoint.sockets[slot] = std::move(socket);
            if (!endpoint.is_shared) endpoint.order.add(slot);
        }
        if (!endpoint.is_shared)
            slots_ = std::max(slots_, static_cast<unsigned>(endpoint.sockets.size()));
        endpoints_.push_back(std::move(endpoint));
    }
}

void Listeners::own_files() {
    for (Endpoint& endpoint : endpoints_) {
        if (endpoint.address.is_unix() && !endpoint.is_inherited)
            endpoint.inode = inode_of(endpoint.address.path());
    }
}

// On a socket that listens already, listen() changes nothing but the backlog.
void Listeners::change_backlog(int backlog) {
    for (Endpoint& endpoint : endpoints_) {
        if (std::exchange(endpoint.backlog, backlog) == backlog) continue;
        if (endpoint.is_shared)
            start_listening(endpoint.sockets[0].get(), endpoint.address, backlog);
        for (const unsigned slot : endpoint.order.slots())
            start_listening(endpoint.sockets[slot].get(), endpoint.address, backlog);
    }
}

Listeners::Endpoint Listeners::open_endpoint(const Address& address, int backlog) const {
    Endpoint endpoint{address, address.port(), {}};
    endpoint.backlog = backlog;
    endpoint.is_shared = address.is_unix();
    if (address.is_unix()) {
        endpoint.sockets.push_back(bind_unix(address));
        endpoint.inode = inode_of(address.path());
        start_listening(endpoint.sockets[0].get(), address, backlog);
        return endpoint;
    }
    refuse_taken_port(address);
    for (unsigned slot = 0; slot < slots_; ++slot) {
        endpoint.sockets.push_back(bind_tcp(address, endpoint.port));
        if (endpoint.port == 0) endpoint.port = bound_port(endpoint.sockets.back().get());
    }
    for (unsigned slot = 0; slot < slots_; ++slot) listen(endpoint, slot);
    return endpoint;
}

void Listeners::listen(Endpoint& endpoint, unsigned slot) const {
    start_listening(endpoint.sockets[slot].get(), endpoint.address, endpoint.backlog);
    endpoint.order.add(slot);
}

void Listeners::open(std::span<const Address> addresses, int backlog) {
    std::vector<Endpoint> opened;
    const auto is_open = [&](const Address& address) {
        const auto has_address = [&](const Endpoint& endpoint) {
            return endpoint.address == address;
        };
        return std::ranges::any_of(endpoints_, has_address) ||
               std::ranges::any_of(opened, has_address);
    };
    try {
        for (const Address& address : addresses) {
            if (!is_open(address)) opened.push_back(open_endpoint(address, backlog));
        }
    } catch (...) {
        std::ranges::for_each(opened, close_endpoint);
        throw;
    }
    change_backlog(backlog);
    for (Endpoint& endpoint : opened) steer(endpoint);
    std::ranges::move(opened, std::back_inserter(endpoints_));
}

void Listeners::keep_only(std::span<const Address> addresses) {
    std::erase_if(endpoints_, [&](Endpoint& endpoint) {
        if (contains(addresses, endpoint.address)) return false;
        close_endpoint(endpoint);
        return true;
    });
}

void Listeners::resize(unsigned slots) {
    std::vector<std::vector<UniqueFd>> added(endpoints_.size());
    for (std::size_t index = 0; index < endpoints_.size(); ++index) {
        const Endpoint& endpoint = endpoints_[index];
        if (endpoint.is_shared) continue;
        for (std::size_t slot = endpoint.sockets.size(); slot < slots; ++slot) {
            added[index].push_back(bind_tcp(endpoint.address, endpoint.port));
        }
    }
    for (std::size_t index = 0; index < endpoints_.size(); ++index) {
        Endpoint& endpoint = endpoints_[index];
        if (endpoint.is_shared) continue;
        for (UniqueFd& socket : added[index]) {
            endpoint.sockets.push_back(std::move(socket));
            const auto slot = static_cast<unsigned>(endpoint.sockets.size() - 1);
            if (!steering_error_) listen(endpoint, slot);  // the program does not name it yet
        }
        shrink(endpoint, slots);
    }
    slots_ = slots;
}

// A queue that nobody is steered to ends for all processes at once: only so do we know the order of the group.
void Listeners::shrink(Endpoint& endpoint, unsigned slots) const {
    while (endpoint.sockets.size() > slots) {
        const auto slot = static_cast<unsigned>(endpoint.sockets.size() - 1);
        if (!steering_error_) ::shutdown(endpoint.sockets.back().get(), SHUT_RDWR);
        endpoint.sockets.pop_back();
        endpoint.order.remove(slot);
        endpoint.steered.clear();  // indexes may have moved; the caller steers again
    }
}

void Listeners::steer(std::span<const unsigned> slots) {
    steered_.assign(slots.begin(), slots.end());
    for (Endpoint& endpoint : endpoints_) steer(endpoint);
}

void Listeners::steer_again() {
    for (Endpoint& endpoint : endpoints_) {
        endpoint.steered.clear();
        steer(endpoint);
    }
}

void Listeners::steer(Endpoint& endpoint) {
    if (endpoint.order.slots().empty() || steering_error_) return;
    std::vector<unsigned> indexes = endpoint.order.indexes(steered_);
    if (indexes.empty()) indexes = endpoint.order.indexes(endpoint.order.slots());
    if (indexes == endpoint.steered) return;
    const unsigned first = endpoint.order.slots().front();
    steering_error_ = supervisor::steer(endpoint.sockets[first].get(), indexes);
    endpoint.steered = std::move(indexes);
}

std::uint64_t Listeners::waiting(unsigned slot) const {
    std::uint64_t count = 0;
    for (const Endpoint& endpoint : endpoints_) {
        if (!endpoint.is_shared && slot < endpoint.sockets.size())
            count += queue_length(endpoint.sockets[slot].get());
    }
    return count;
}

std::vector<int> Listeners::own_sockets(unsigned slot, std::span<const Address> addresses) const {
    std::vector<int> sockets;
    for (const Endpoint& endpoint : endpoints_) {
        if (!endpoint.is_shared && contains(addresses, endpoint.address) &&
            slot < endpoint.sockets.size())
            sockets.push_back(endpoint.sockets[slot].get());
    }
    return sockets;
}

std::vector<EndpointHandover> Listeners::handover() const {
    std::vector<EndpointHandover> result;
    for (const Endpoint& endpoint : endpoints_) {
        EndpointHandover handed{endpoint.address, endpoint.port, Sharing::Slots, {}};
        if (endpoint.is_shared) {
            handed.sharing = endpoint.is_inherited ? Sharing::Inherited : Sharing::Shared;
            handed.sockets.emplace_back(0, endpoint.sockets[0].get());
        }
        for (const unsigned slot : endpoint.order.slots())
            handed.sockets.emplace_back(slot, endpoint.sockets[slot].get());
        result.push_back(std::move(handed));
    }
    return result;
}

std::vector<UniqueFd> Listeners::take(unsigned slot, std::span<const Address> addresses) {
    std::vector<UniqueFd> taken;
    for (const Address& address : addresses) {
        for (Endpoint& endpoint : endpoints_) {
            if (endpoint.address != address) continue;
            UniqueFd& socket = endpoint.sockets.at(endpoint.is_shared ? 0 : slot);
            if (socket) taken.push_back(std::move(socket));
        }
    }
    abandon();  // not close(): the files belong to the master
    return taken;
}

std::vector<int> Listeners::descriptors(unsigned slot, std::span<const Address> addresses) const {
    std::vector<int> result;
    for (const Address& address : addresses) {
        for (const Endpoint& endpoint : endpoints_) {
            if (endpoint.address != address) continue;
            result.push_back(endpoint.sockets.at(endpoint.is_shared ? 0 : slot).get());
        }
    }
    return result;
}

void Listeners::close_endpoint(Endpoint& endpoint) {
    endpoint.sockets.clear();
    if (endpoint.address.is_unix() && endpoint.inode != 0 &&
        inode_of(endpoint.address.path()) == endpoint.inode) {
        ::unlink(endpoint.address.path().c_str());
    }
}

void Listeners::close() {
    std::ranges::for_each(endpoints_, close_endpoint);
    endpoints_.clear();
}

void Listeners::abandon() {
    endpoints_.clear();
}

std::vector<std::string> Listeners::urls(bool is_encrypted) const {
    std::vector<std::string> result;
    for (const Endpoint& endpoint : endpoints_)
        result.push_back(format_url(endpoint.address, endpoint.port, is_encrypted));
    return result;
}

std::vector<QueueDepth> Listeners::queue_depths() const {
    std::vector<QueueDepth> depths;
    for (const Endpoint& endpoint : endpoints_) {
        if (endpoint.is_shared) continue;
        const std::string url = format_url(endpoint.address, endpoint.port);
        for (unsigned slot = 0; slot < endpoint.sockets.size(); ++slot) {
            const std::uint64_t depth = queue_length(endpoint.sockets[slot].get());
            depths.push_back({slot, url.substr(url.find("//") + 2), depth});
        }
    }
    return depths;
}

std::vector<Listeners::Queues> Listeners::queues(bool is_encrypted) const {
    std::vector<Queues> result;
    for (const Endpoint& endpoint : endpoints_) {
        Queues queues{
            format_url(endpoint.address, endpoint.port, is_encrypted), endpoint.is_shared, {}};
        for (const UniqueFd& socket : endpoint.sockets)
            queues.waiting.push_back(queue_length(socket.get()));
        result.push_back(std::move(queues));
    }
    return result;
}

}  // namespace indrik::supervisor
