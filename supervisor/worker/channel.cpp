#include "supervisor/worker/channel.hpp"

#include <cerrno>
#include <system_error>

#include <sys/socket.h>
#include <sys/uio.h>

#include "supervisor/system/passed_descriptors.hpp"

namespace indrik::supervisor {

std::pair<UniqueFd, UniqueFd> make_channel() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::system_error(errno, std::generic_category(), "socketpair");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

bool send_message(int channel, ChannelMessage message, std::span<const int> sockets) {
    const iovec content{&message, sizeof message};
    return send_passing(channel, {&content, 1}, sockets, MSG_DONTWAIT) == sizeof message;
}

std::optional<ReceivedMessage> receive_message(int channel, bool& is_over) {
    ReceivedMessage received{};
    const iovec content{&received.message, sizeof received.message};
    const ssize_t size = receive_passed(channel, {&content, 1}, received.sockets, MSG_DONTWAIT);
    is_over = size == 0 || (size < 0 && errno != EAGAIN);
    if (size != sizeof received.message) return {};
    return received;
}

}  // namespace indrik::supervisor
