#include "indrik/net/socket_stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

#include <asio/redirect_error.hpp>

namespace indrik::net {
namespace {

asio::generic::stream_protocol protocol_of(int socket) {
    int family = AF_INET;
    socklen_t size = sizeof family;
    ::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &family, &size);
    return {family, 0};
}

}  // namespace

SocketStream::SocketStream(LoopExecutor executor, UniqueFd socket)
    : socket_(executor, protocol_of(socket.get()), socket.get()), native_(socket.release()) {}

IOResult SocketStream::try_read(std::span<char> space) {
    ssize_t moved;
    do {
        moved = ::recv(native_, space.data(), space.size(), MSG_DONTWAIT);
    } while (moved < 0 && errno == EINTR);
    if (moved == 0) return {IOStatus::End, 0};
    return finish(moved);
}

IOResult SocketStream::try_write(std::string_view first, std::string_view second) {
    ssize_t moved;
    do {
        if (second.empty()) {
            moved = ::send(native_, first.data(), first.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        } else {
            iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                              {const_cast<char*>(second.data()), second.size()}};
            msghdr message{};
            message.msg_iov = parts;
            message.msg_iovlen = 2;
            moved = ::sendmsg(native_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        }
    } while (moved < 0 && errno == EINTR);
    return finish(moved);
}

IOResult SocketStream::finish(ssize_t moved) {
    if (moved >= 0) return {IOStatus::Done, static_cast<std::size_t>(moved)};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {IOStatus::WouldBlock, 0};
    error_ = errno;
    return {IOStatus::Failed, 0};
}

// Plain functions, not coroutines: the await costs the one frame that Asio's operation needs.
Task<> SocketStream::wait_readable(std::error_code& error) {
    return socket_.async_wait(Socket::wait_read, asio::redirect_error(use_task, error));
}
Task<> SocketStream::wait_writable(std::error_code& error) {
    return socket_.async_wait(Socket::wait_write, asio::redirect_error(use_task, error));
}

void SocketStream::cancel() noexcept {
    std::error_code ignored;
    socket_.cancel(ignored);
}

void SocketStream::shutdown_write() noexcept { ::shutdown(native_, SHUT_WR); }

void SocketStream::close() noexcept {
    std::error_code ignored;
    socket_.close(ignored);
    native_ = -1;
}

void SocketStream::abort() noexcept {
    const linger reset{1, 0};
    ::setsockopt(native_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close();
}

std::error_code SocketStream::last_error() const { return {error_, std::system_category()}; }
Endpoint SocketStream::local_endpoint() const { return net::local_endpoint(native_); }
Endpoint SocketStream::remote_endpoint() const { return net::remote_endpoint(native_); }

void set_no_delay(int socket) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace indrik::net
