#include "supervisor/system/passed_descriptors.hpp"

#include <cerrno>
#include <cstring>

#include <sys/socket.h>

namespace indrik::supervisor {
namespace {

union ControlSpace {
    char bytes[CMSG_SPACE(kMostPassed * sizeof(int))];
    cmsghdr aligned;
};

msghdr message_of(std::span<const iovec> parts) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts.data());
    message.msg_iovlen = parts.size();
    return message;
}

}  // namespace

ssize_t send_passing(int socket,
                     std::span<const iovec> parts,
                     std::span<const int> descriptors,
                     int flags) {
    msghdr message = message_of(parts);
    ControlSpace control;
    if (!descriptors.empty()) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        std::memset(control.bytes, 0, message.msg_controllen);
        cmsghdr* const head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(descriptors.size_bytes());
        std::memcpy(CMSG_DATA(head), descriptors.data(), descriptors.size_bytes());
    }
    ssize_t size;
    do {
        size = ::sendmsg(socket, &message, flags | MSG_NOSIGNAL);
    } while (size < 0 && errno == EINTR);
    return size;
}

ssize_t receive_passed(int socket,
                       std::span<const iovec> parts,
                       std::vector<UniqueFd>& descriptors,
                       int flags) {
    msghdr message = message_of(parts);
    ControlSpace control;
    ssize_t size;
    do {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        size = ::recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    if (size < 0) return size;
    for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr;
         head = CMSG_NXTHDR(&message, head)) {
        if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t index = 0; index < count; ++index) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(head) + index * sizeof fd, sizeof fd);
            descriptors.emplace_back(fd);
        }
    }
    return size;
}

}  // namespace indrik::supervisor
