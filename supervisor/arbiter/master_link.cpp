#include "supervisor/arbiter/master_link.hpp"

#include <array>
#include <cerrno>
#include <span>
#include <system_error>

#include <string.h>
#include <sys/socket.h>

#include "supervisor/system/passed_descriptors.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::size_t kMostBytes = 8192;

void send(int link, MasterLink::Kind kind, std::string_view bytes, std::span<const int> passed) {
    const iovec parts[] = {{&kind, sizeof kind}, {const_cast<char*>(bytes.data()), bytes.size()}};
    send_passing(link, parts, passed, MSG_DONTWAIT);
}

MasterLink::Kind kind_of(char letter) {
    const auto kind = static_cast<MasterLink::Kind>(letter);
    switch (kind) {
        case MasterLink::Kind::Ready:
        case MasterLink::Kind::Failed:
        case MasterLink::Kind::News:
            return kind;
        default:
            return MasterLink::Kind::Other;
    }
}

}  // namespace

std::pair<MasterLink, UniqueFd> MasterLink::make() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::system_error(errno, std::generic_category(), "socketpair");
    return {MasterLink(UniqueFd(ends[0])), UniqueFd(ends[1])};
}

void MasterLink::report_ready() const {
    if (socket_) send(fd(), Kind::Ready, "", {});
}

void MasterLink::report_failure(std::string_view reason) const {
    if (socket_) send(fd(), Kind::Failed, reason.substr(0, kMostBytes / 2), {});
}

void MasterLink::tell(const MasterNews& news) const {
    if (socket_) send(fd(), Kind::News, news.bytes, news.descriptors);
}

MasterLink::Message MasterLink::receive() const {
    Message message;
    if (!socket_) return message;
    std::array<char, kMostBytes> space;
    const iovec part{space.data(), space.size()};
    const ssize_t size = receive_passed(fd(), {&part, 1}, message.descriptors, MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return message;
    message.kind = size <= 0 ? Kind::Gone : kind_of(space[0]);
    if (size > 1) message.bytes.assign(space.data() + 1, static_cast<std::size_t>(size) - 1);
    ::explicit_bzero(space.data(), space.size());  // some of it is secret
    return message;
}

}  // namespace indrik::supervisor
