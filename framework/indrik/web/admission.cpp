#include "indrik/web/admission.hpp"

#include <algorithm>
#include <optional>

namespace indrik::web {
namespace {

constexpr std::size_t kCountedIPv6Bytes = 8;

std::optional<http::IPAddress> counted_address(const net::Endpoint& remote) {
    auto address = http::parse_ip_address(remote.address);
    if (address && !address->is_v4())
        std::fill(
            address->bytes.begin() + kCountedIPv6Bytes, address->bytes.end(), std::uint8_t{0});
    return address;
}

}  // namespace

Admission::Admission(std::size_t max_connections, std::size_t max_connections_per_address)
    : max_connections_(max_connections),
      max_per_address_(max_connections_per_address),
      nameless_{this, {}, 0},
      turned_away_{this, {}, 0} {}

Admission::~Admission() = default;

Admission::Ticket Admission::admit(const net::Endpoint& remote) {
    if (max_connections_ != 0 && admitted_ >= max_connections_) return Ticket(turned_away_);
    Group* const group = group_of(remote);
    if (group == nullptr) return Ticket(turned_away_);
    ++admitted_;
    return Ticket(*group);
}

std::size_t Admission::turned_away() const {
    return turned_away_.open;
}

/// Null if the address has all that it may have.
Admission::Group* Admission::group_of(const net::Endpoint& remote) {
    if (max_per_address_ == 0) return &nameless_;
    const auto address = counted_address(remote);
    if (!address) return &nameless_;
    Group& group = addresses_.try_emplace(*address, Group{this, *address, 0}).first->second;
    return group.open < max_per_address_ ? &group : nullptr;
}

void Admission::leave(Group& group) {
    --group.open;
    if (&group == &turned_away_) return;
    --admitted_;
    if (&group == &nameless_ || group.open != 0) return;
    const http::IPAddress address = group.address;  // erasing it by itself would read what is gone
    addresses_.erase(address);
}

}  // namespace indrik::web
