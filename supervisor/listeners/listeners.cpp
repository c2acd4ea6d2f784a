#include "supervisor/listeners/listeners.hpp"

#include <algorithm>
#include <utility>

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

Listeners::Endpoint Listeners::open_endpoint(const Address& address, int backlog) const {
    Endpoint endpoint{address, address.port(), {}, 0};
    if (address.is_unix()) {
        endpoint.sockets.push_back(bind_unix(address));
        endpoint.inode = inode_of(address.path());
    } else {
        refuse_taken_port(address);
        for (unsigned slot = 0; slot < slots_; ++slot) {
            endpoint.sockets.push_back(bind_tcp(address, endpoint.port));
            if (endpoint.port == 0) endpoint.port = bound_port(endpoint.sockets.back().get());
        }
    }
    for (const UniqueFd& socket : endpoint.sockets) start_listening(socket.get(), address, backlog);
    return endpoint;
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
        if (endpoint.address.is_unix()) continue;
        for (std::size_t slot = endpoint.sockets.size(); slot < slots; ++slot) {
            added[index].push_back(bind_tcp(endpoint.address, endpoint.port));
        }
    }
    for (std::size_t index = 0; index < endpoints_.size(); ++index) {
        Endpoint& endpoint = endpoints_[index];
        if (endpoint.address.is_unix()) continue;
        std::ranges::move(added[index], std::back_inserter(endpoint.sockets));
        endpoint.sockets.resize(slots);
    }
    slots_ = slots;
}

std::vector<UniqueFd> Listeners::take(unsigned slot, std::span<const Address> addresses) {
    std::vector<UniqueFd> taken;
    for (const Address& address : addresses) {
        for (Endpoint& endpoint : endpoints_) {
            if (endpoint.address != address) continue;
            UniqueFd& socket = endpoint.sockets.at(address.is_unix() ? 0 : slot);
            if (socket) taken.push_back(std::move(socket));
        }
    }
    endpoints_.clear();  // not close(): the files belong to the master
    return taken;
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

std::vector<std::string> Listeners::urls(bool is_encrypted) const {
    std::vector<std::string> result;
    for (const Endpoint& endpoint : endpoints_)
        result.push_back(format_url(endpoint.address, endpoint.port, is_encrypted));
    return result;
}

std::vector<Listeners::Queues> Listeners::queues(bool is_encrypted) const {
    std::vector<Queues> result;
    for (const Endpoint& endpoint : endpoints_) {
        Queues queues{format_url(endpoint.address, endpoint.port, is_encrypted),
                      endpoint.address.is_unix(),
                      {}};
        for (const UniqueFd& socket : endpoint.sockets)
            queues.waiting.push_back(queue_depth(socket.get()));
        result.push_back(std::move(queues));
    }
    return result;
}

}  // namespace indrik::supervisor
