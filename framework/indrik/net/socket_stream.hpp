#pragma once
// A Stream over a connected TCP or Unix socket.

#include "indrik/core/unique_fd.hpp"
#include "indrik/net/poller.hpp"
#include "indrik/net/stream.hpp"

namespace indrik::net {

class SocketStream final : public Stream {
public:
    /// Takes over a connected socket. Errors: std::system_error if the loop cannot watch it.
    SocketStream(const LoopExecutor& executor, UniqueFd socket);
    using Stream::try_write;

    IOResult try_read(std::span<char> space) override;
    IOResult try_write(std::string_view first, std::string_view second) override;
    IOResult try_write_start(std::string_view bytes) override;
    void set_corked(bool corked) noexcept override;
    bool sends_files_directly() const override { return true; }
    IOResult try_send_file(int file, std::uint64_t& offset, std::size_t size_bytes) override;
    void cancel() noexcept override;
    void shutdown_write() noexcept override;
    void close() noexcept override;
    void abort() noexcept override;
    bool is_peer_gone() const override;
    std::size_t unsent_bytes() const override;
    std::error_code last_error() const override;
    Endpoint local_endpoint() const override;
    Endpoint remote_endpoint() const override;

private:
    void start_wait(Direction direction, std::error_code& error, detail::Frame* frame) override;
    IOResult finish(Direction direction, ssize_t moved, std::size_t wanted);

    UniqueFd socket_;
    PolledSocket readiness_;
    int error_ = 0;  // errno of the last failure
};

/// Sends small writes at once (TCP_NODELAY); does nothing on a Unix socket.
void set_no_delay(int socket);

}  // namespace indrik::net
