#pragma once
// A Stream over a connected TCP or Unix socket.

#include <asio/basic_stream_socket.hpp>
#include <asio/generic/stream_protocol.hpp>

#include "indrik/core/unique_fd.hpp"
#include "indrik/net/stream.hpp"

namespace indrik::net {

class SocketStream final : public Stream {
public:
    /// Takes over a connected, non-blocking socket. Errors: std::system_error if the loop cannot watch it.
    SocketStream(LoopExecutor executor, UniqueFd socket);
    using Stream::try_write;

    IOResult try_read(std::span<char> space) override;
    IOResult try_write(std::string_view first, std::string_view second) override;
    Task<> wait_readable(std::error_code& error) override;
    Task<> wait_writable(std::error_code& error) override;
    void cancel() noexcept override;
    void shutdown_write() noexcept override;
    void close() noexcept override;
    void abort() noexcept override;
    std::error_code last_error() const override;
    Endpoint local_endpoint() const override;
    Endpoint remote_endpoint() const override;

private:
    IOResult finish(ssize_t moved);

    using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, LoopExecutor>;
    Socket socket_;
    int native_;
    int error_ = 0;  // errno of the last failure
};

/// Sends small writes at once (TCP_NODELAY); does nothing on a Unix socket.
void set_no_delay(int socket);

}  // namespace indrik::net
