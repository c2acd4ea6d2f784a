#include "supervisor/bus/packet.hpp"

#include <cerrno>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/uio.h>

#include "supervisor/system/passed_descriptors.hpp"

namespace indrik::supervisor {
namespace {

SendOutcome outcome_of(int error) {
    switch (error) {
        case EAGAIN:
            return SendOutcome::Full;
        case EPIPE:
        case ECONNRESET:
        case ECONNREFUSED:
        case ENOTCONN:
            return SendOutcome::Gone;
        default:
            return SendOutcome::Lost;
    }
}

}  // namespace

SendOutcome send_packet(int address,
                        const PacketHeader& header,
                        std::string_view payload,
                        int passed) {
    PacketHeader copy = header;
    const iovec parts[] = {{&copy, sizeof copy},
                           {const_cast<char*>(payload.data()), payload.size()}};
    const std::span<const int> descriptors(&passed, passed >= 0 ? 1 : 0);
    const ssize_t sent = send_passing(address, parts, descriptors, MSG_DONTWAIT);
    return sent >= 0 ? SendOutcome::Sent : outcome_of(errno);
}

Received receive_packet(int inbox, std::span<char> space) {
    Received received;
    const iovec parts[] = {{&received.header, sizeof received.header},
                           {space.data(), space.size()}};
    std::vector<UniqueFd> passed;
    const ssize_t size = receive_passed(inbox, parts, passed, MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return received;
    received.outcome = ReceiveOutcome::End;
    if (size < static_cast<ssize_t>(sizeof received.header)) return received;
    received.outcome = ReceiveOutcome::Some;
    received.payload =
        std::string_view(space.data(), static_cast<std::size_t>(size) - sizeof received.header);
    if (!passed.empty()) received.passed = std::move(passed.back());
    return received;
}

}  // namespace indrik::supervisor
