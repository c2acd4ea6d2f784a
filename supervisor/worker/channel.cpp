#include "supervisor/worker/channel.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>

#include <sys/socket.h>
#include <sys/uio.h>

namespace indrik::supervisor {
namespace {

constexpr std::size_t kControlBytes = CMSG_SPACE(kMostSocketsInMessage * sizeof(int));

struct alignas(cmsghdr) Control {
    std::array<std::byte, kControlBytes> bytes;
};

std::vector<UniqueFd> sockets_in(msghdr& header) {
    std::vector<UniqueFd> sockets;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t index = 0; index < count; ++index) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part) + index * sizeof fd, sizeof fd);
            sockets.emplace_back(fd);
        }
    }
    return sockets;
}

}  // namespace

std::pair<UniqueFd, UniqueFd> make_channel() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::system_error(errno, std::generic_category(), "socketpair");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

bool send_message(int channel, ChannelMessage message, std::span<const int> sockets) {
    iovec content{&message, sizeof message};
    Control control{};
    msghdr header{};
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    if (!sockets.empty()) {
        header.msg_control = control.bytes.data();
        header.msg_controllen = CMSG_SPACE(sockets.size_bytes());
        cmsghdr* const part = CMSG_FIRSTHDR(&header);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(sockets.size_bytes());
        std::memcpy(CMSG_DATA(part), sockets.data(), sockets.size_bytes());
    }
    return ::sendmsg(channel, &header, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof message;
}

std::optional<ReceivedMessage> receive_message(int channel, bool& is_over) {
    ReceivedMessage received{};
    iovec content{&received.message, sizeof received.message};
    Control control{};
    msghdr header{};
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    header.msg_control = control.bytes.data();
    header.msg_controllen = control.bytes.size();
    const ssize_t size = ::recvmsg(channel, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    is_over = size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR);
    if (size != sizeof received.message) return {};
    received.sockets = sockets_in(header);
    return received;
}

}  // namespace indrik::supervisor
