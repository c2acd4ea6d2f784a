#pragma once
// Packets of the bus: what one worker's socket hands another's, whole or not at all. Nothing here waits.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/bus/seats.hpp"

namespace indrik::supervisor {

enum class PacketKind : std::uint32_t {
    Join = 1,  // a newcomer, with its address as a descriptor
    Welcome,   // the answer: whoever sends it takes messages, too
    Data,      // a piece of a message
    Gap,       // messages were left out here; the payload is their number
    Introduce  // by a master: another one's worker, with its address as a descriptor; whoever is told joins it
};

/// Of the packets. Masters that change places connect their workers only if they agree in it.
inline constexpr std::uint32_t kBusVersion = 1;

/// In the byte order of the host: both ends are on it.
struct PacketHeader {
    PacketKind kind = PacketKind::Data;
    std::uint8_t is_first = 1;  // of a message
    std::uint8_t is_last = 1;
    std::uint16_t unused = 0;
    SeatNumber from = 0;
};
static_assert(sizeof(PacketHeader) == 16);

/// Payload of one packet.
inline constexpr std::size_t kPacketBytes = 32 * 1024;

enum class SendOutcome : std::uint8_t {
    Sent,
    Full,  // it takes nothing now; the socket becomes writable when it does
    Lost,  // the kernel had no memory, or too many descriptors under way
    Gone,  // its process has ended
};

/// `passed` goes with it unless it is -1. REQUIRES: at most kPacketBytes
SendOutcome send_packet(int address,
                        const PacketHeader& header,
                        std::string_view payload,
                        int passed = -1);

enum class ReceiveOutcome : std::uint8_t { Some, Nothing, End };

struct Received {
    ReceiveOutcome outcome = ReceiveOutcome::Nothing;
    PacketHeader header;
    std::string_view payload;  // in the space that was given
    UniqueFd passed;
};

/// REQUIRES: room for kPacketBytes
Received receive_packet(int inbox, std::span<char> space);

}  // namespace indrik::supervisor
