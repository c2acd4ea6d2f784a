#pragma once
// Listening sockets that come from the process before us: from systemd (LISTEN_FDS), or from the master whose place we take
// (an upgrade). They come as descriptor numbers, described in the environment.
//
//   INDRIK_SOCKETS="slots 127.0.0.1:8000<tab>8000 0:5 1:6\nshared unix:/run/app.sock<tab>0 0:7\n"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/listeners/address.hpp"

namespace indrik::supervisor {

inline constexpr const char* kSocketsVariable = "INDRIK_SOCKETS";

/// How the sockets of an address belong to slots.
enum class Sharing : unsigned char {
    Slots,     // each slot has one of its own
    Shared,    // one for all
    Inherited  // one for all, which systemd opened and keeps
};

/// One address of a master, for its successor. Lifetime: the descriptors stay their owner's.
struct EndpointHandover {
    Address address;
    std::uint16_t port = 0;
    Sharing sharing = Sharing::Slots;
    std::vector<std::pair<unsigned, int>>
        sockets;  // slot and descriptor, in the order of the group
};

/// One address that was handed over.
struct InheritedEndpoint {
    Address address;
    std::uint16_t port = 0;
    Sharing sharing = Sharing::Slots;
    std::vector<std::pair<unsigned, UniqueFd>> sockets;
};

std::string format_handover(const std::vector<EndpointHandover>& endpoints);
/// Errors: ConfigError for text that format_handover() did not write, and for descriptors that are no listening sockets.
std::vector<InheritedEndpoint> parse_handover(std::string_view text);

/// The sockets that the environment describes: those of an old master if there is one, else those of systemd if LISTEN_PID is
/// this process. The variables are removed, the descriptors are closed in programs that are executed. Errors: ConfigError.
std::vector<InheritedEndpoint> inherit_sockets(bool is_upgrade);

/// Takes the sockets that addresses name by their descriptors (`fd://3`); none if there are no such addresses.
/// Errors: ConfigError for a descriptor that does not listen, and for other addresses beside them.
std::vector<InheritedEndpoint> take_descriptors(const std::vector<Address>& bind);

}  // namespace indrik::supervisor
