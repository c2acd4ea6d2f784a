#include "indrik/net/listener.hpp"

#include <cerrno>

#include <asio/error.hpp>
#include <asio/redirect_error.hpp>
#include <sys/socket.h>

#include "indrik/net/socket_stream.hpp"

namespace indrik::net {

Listener::Listener(LoopExecutor executor, UniqueFd socket)
    : descriptor_(executor, socket.get()), native_(socket.release()) {
    is_tcp_ = !net::local_endpoint(native_).is_unix();
}

Task<> Listener::wait(std::error_code& error) {
    return descriptor_.async_wait(asio::posix::descriptor_base::wait_read,
                                  asio::redirect_error(use_task, error));
}

UniqueFd Listener::try_accept(std::error_code& error) {
    for (;;) {
        UniqueFd socket(::accept4(native_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket) {
            if (is_tcp_) set_no_delay(socket.get());
            error.clear();
            return socket;
        }
        switch (errno) {
            case EINTR:
            case ECONNABORTED:
            case EPROTO:
            case EPERM:
                continue;
            case EAGAIN:
                error = asio::error::would_block;
                return {};
            default:
                error.assign(errno, std::system_category());
                return {};
        }
    }
}

void Listener::cancel() noexcept {
    std::error_code ignored;
    descriptor_.cancel(ignored);
}

// Not close(): that would leave the socket in the loop's epoll set for as long as any process has a copy of it.
void Listener::close() noexcept {
    if (!is_open()) return;
    const UniqueFd socket(descriptor_.release());
    native_ = -1;
}

Endpoint Listener::local_endpoint() const {
    return net::local_endpoint(native_);
}

}  // namespace indrik::net
