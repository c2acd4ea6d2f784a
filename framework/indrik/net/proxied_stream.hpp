#pragma once
// A connection whose first bytes have been looked at for a PROXY protocol header (proxy_protocol.hpp): it goes on behind the
// header, between the addresses that the header announced; or it begins with what turned out to be no header.

#include <memory>
#include <string>

#include "indrik/net/proxy_protocol.hpp"
#include "indrik/net/stream.hpp"

namespace indrik::net {

class ProxiedStream final : public Stream {
public:
    /// Between header.source and header.destination.
    ProxiedStream(std::unique_ptr<Stream> transport, ProxyHeader header);
    /// Gives `unread` before anything else, and keeps the transport's addresses.
    ProxiedStream(std::unique_ptr<Stream> transport, std::string unread);

    using Stream::try_write;
    IOResult try_read(std::span<char> space) override;
    IOResult try_write(std::string_view first, std::string_view second) override;
    IOResult try_write_start(std::string_view bytes) override {
        return transport_->try_write_start(bytes);
    }
    void set_corked(bool corked) noexcept override { transport_->set_corked(corked); }
    bool sends_files_directly() const override { return transport_->sends_files_directly(); }
    IOResult try_send_file(int file, std::uint64_t& offset, std::size_t size_bytes) override;
    void cancel() noexcept override { transport_->cancel(); }
    void shutdown_write() noexcept override { transport_->shutdown_write(); }
    void close() noexcept override { transport_->close(); }
    void abort() noexcept override { transport_->abort(); }
    bool is_peer_gone() const override { return transport_->is_peer_gone(); }
    std::size_t unsent_bytes() const override { return transport_->unsent_bytes(); }
    std::error_code last_error() const override { return transport_->last_error(); }
    Endpoint local_endpoint() const override;
    Endpoint remote_endpoint() const override;
    const TLSStream* tls() const override { return transport_->tls(); }
    bool is_encrypted() const override;

private:
    void start_wait(Direction direction, std::error_code& error, detail::Frame* frame) override;

    std::unique_ptr<Stream> transport_;
    std::unique_ptr<const ProxyHeader> header_;  // null: the transport's addresses
    std::string unread_;
};

}  // namespace indrik::net
