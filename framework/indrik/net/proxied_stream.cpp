#include "indrik/net/proxied_stream.hpp"

#include <algorithm>
#include <utility>

#include <asio/error.hpp>
#include <asio/post.hpp>

namespace indrik::net {

ProxiedStream::ProxiedStream(std::unique_ptr<Stream> transport, ProxyHeader header)
    : transport_(std::move(transport)),
      header_(std::make_unique<const ProxyHeader>(std::move(header))) {}

ProxiedStream::ProxiedStream(std::unique_ptr<Stream> transport, std::string unread)
    : transport_(std::move(transport)), unread_(std::move(unread)) {}

IOResult ProxiedStream::try_read(std::span<char> space) {
    if (unread_.empty()) return transport_->try_read(space);
    const std::size_t size = unread_.copy(space.data(), space.size());
    unread_.erase(0, size);
    return {IOStatus::Done, size};
}

IOResult ProxiedStream::try_write(std::string_view first, std::string_view second) {
    return transport_->try_write(first, second);
}

IOResult ProxiedStream::try_send_file(int file, std::uint64_t& offset, std::size_t size_bytes) {
    return transport_->try_send_file(file, offset, size_bytes);
}

Endpoint ProxiedStream::local_endpoint() const {
    return header_ ? header_->destination : transport_->local_endpoint();
}

Endpoint ProxiedStream::remote_endpoint() const {
    return header_ ? header_->source : transport_->remote_endpoint();
}

bool ProxiedStream::is_encrypted() const {
    return (header_ && header_->is_encrypted) || transport_->is_encrypted();
}

void ProxiedStream::start_wait(Direction direction, std::error_code& error, detail::Frame* frame) {
    if (direction == Direction::Write || unread_.empty()) {
        const Readiness wait{transport_.get(), direction, &error};
        wait(frame);
        return;
    }
    detail::Continuation continuation(frame);
    error = continuation.is_cancelled() ? make_error_code(asio::error::operation_aborted)
                                        : std::error_code();
    const LoopExecutor executor = continuation.get_executor();
    asio::post(executor,
               [continuation = std::move(continuation)]() mutable { continuation.resume(); });
}

}  // namespace indrik::net
