#include "supervisor/bus/packet.hpp"

#include <cerrno>
#include <cstring>
#include <iterator>

#include <sys/socket.h>
#include <sys/uio.h>

namespace indrik::supervisor {
namespace {

union ControlSpace {
    char bytes[CMSG_SPACE(sizeof(int))];
    cmsghdr aligned;
};

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

void attach(msghdr& message, ControlSpace& control, int passed) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    cmsghdr* const head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof passed);
    std::memcpy(CMSG_DATA(head), &passed, sizeof passed);
}

UniqueFd passed_with(msghdr& message) {
    UniqueFd passed;
    for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr;
         head = CMSG_NXTHDR(&message, head)) {
        if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(head), sizeof fd);
        passed.reset(fd);
    }
    return passed;
}

}  // namespace

SendOutcome send_packet(int address,
                        const PacketHeader& header,
                        std::string_view payload,
                        int passed) {
    PacketHeader copy = header;
    iovec parts[] = {{&copy, sizeof copy}, {const_cast<char*>(payload.data()), payload.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = std::size(parts);
    ControlSpace control{};
    if (passed >= 0) attach(message, control, passed);
    ssize_t sent;
    do {
        sent = ::sendmsg(address, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent >= 0 ? SendOutcome::Sent : outcome_of(errno);
}

Received receive_packet(int inbox, std::span<char> space) {
    Received received;
    iovec parts[] = {{&received.header, sizeof received.header}, {space.data(), space.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = std::size(parts);
    ControlSpace control{};
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    ssize_t size;
    do {
        size = ::recvmsg(inbox, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    if (size < 0 && errno == EAGAIN) return received;
    received.outcome = ReceiveOutcome::End;
    if (size < static_cast<ssize_t>(sizeof received.header)) return received;
    received.outcome = ReceiveOutcome::Some;
    received.payload =
        std::string_view(space.data(), static_cast<std::size_t>(size) - sizeof received.header);
    received.passed = passed_with(message);
    return received;
}

}  // namespace indrik::supervisor
