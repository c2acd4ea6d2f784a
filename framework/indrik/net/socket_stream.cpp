#include "indrik/net/socket_stream.hpp"

#include <cerrno>
#include <utility>

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace indrik::net {

SocketStream::SocketStream(const LoopExecutor& executor, UniqueFd socket)
    : socket_(std::move(socket)), readiness_(executor, socket_.get()) {}

IOResult SocketStream::try_read(std::span<char> space) {
    ssize_t moved;
    do {
        moved = ::recv(socket_.get(), space.data(), space.size(), MSG_DONTWAIT);
    } while (moved < 0 && errno == EINTR);
    if (moved == 0) return {IOStatus::End, 0};
    return finish(Direction::Read, moved, space.size());
}

IOResult SocketStream::try_write(std::string_view first, std::string_view second) {
    if (first.empty()) std::swap(first, second);  // one part is the lighter call
    ssize_t moved;
    do {
        if (second.empty()) {
            moved = ::send(socket_.get(), first.data(), first.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        } else {
            iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                              {const_cast<char*>(second.data()), second.size()}};
            msghdr message{};
            message.msg_iov = parts;
            message.msg_iovlen = 2;
            moved = ::sendmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        }
    } while (moved < 0 && errno == EINTR);
    return finish(Direction::Write, moved, first.size() + second.size());
}

IOResult SocketStream::try_write_start(std::string_view bytes) {
    ssize_t moved;
    do {
        moved = ::send(
            socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL | MSG_MORE);
    } while (moved < 0 && errno == EINTR);
    return finish(Direction::Write, moved, bytes.size());
}

void SocketStream::set_corked(bool corked) noexcept {
    const int on = corked ? 1 : 0;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_CORK, &on, sizeof on);  // a Unix socket refuses
}

IOResult SocketStream::try_send_file(int file, std::uint64_t& offset, std::size_t size_bytes) {
    auto position = static_cast<off_t>(offset);
    ssize_t moved;
    do {
        moved = ::sendfile(socket_.get(), file, &position, size_bytes);
    } while (moved < 0 && errno == EINTR);
    if (moved == 0) return {IOStatus::End, 0};
    // Whether the socket is full, the descriptors do not suit each other, or the disk failed, is all in one errno.
    if (moved < 0 && errno != EAGAIN && errno != EPIPE && errno != ECONNRESET &&
        errno != ETIMEDOUT) {
        return Stream::try_send_file(file, offset, size_bytes);
    }
    offset = static_cast<std::uint64_t>(position);
    // Less than was wanted need not mean a full socket: the file may have become shorter. Only EAGAIN says that.
    return finish(Direction::Write, moved, 0);
}

IOResult SocketStream::finish(Direction direction, ssize_t moved, std::size_t wanted) {
    if (moved >= 0) {
        // Less than was possible: the kernel's buffer is now empty (full), and it will report the change (epoll(7)).
        if (static_cast<std::size_t>(moved) < wanted) readiness_.exhausted(direction);
        return {IOStatus::Done, static_cast<std::size_t>(moved)};
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        readiness_.exhausted(direction);
        return {IOStatus::WouldBlock, 0};
    }
    error_ = errno;
    return {IOStatus::Failed, 0};
}

void SocketStream::start_wait(Direction direction, std::error_code& error, detail::Frame* frame) {
    readiness_.wait(direction, error, frame);
}

void SocketStream::cancel() noexcept {
    readiness_.cancel();
}

void SocketStream::shutdown_write() noexcept {
    ::shutdown(socket_.get(), SHUT_WR);
}

void SocketStream::close() noexcept {
    readiness_.close();
    socket_.reset();
}

void SocketStream::abort() noexcept {
    const linger reset{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close();
}

bool SocketStream::is_peer_gone() const {
    pollfd state{socket_.get(), POLLRDHUP, 0};
    return ::poll(&state, 1, 0) > 0;
}

std::size_t SocketStream::unsent_bytes() const {
    int bytes = 0;
    return ::ioctl(socket_.get(), SIOCOUTQ, &bytes) == 0 ? static_cast<std::size_t>(bytes) : 0;
}

std::error_code SocketStream::last_error() const {
    return {error_, std::system_category()};
}
Endpoint SocketStream::local_endpoint() const {
    return net::local_endpoint(socket_.get());
}
Endpoint SocketStream::remote_endpoint() const {
    return net::remote_endpoint(socket_.get());
}

void set_no_delay(int socket) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace indrik::net
