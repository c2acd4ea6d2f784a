#pragma once
// A client in memory: a test's end of a connection whose other end a server has.
//
//   net::MemoryClient client;
//   server.serve(client.stream());
//   client.send("GET / HTTP/1.1\r\n...");
//   ... the loop runs ...
//   client.received();
//
// It outlives the server's end, so a test can see what was sent last and that the connection was closed.

#include <memory>
#include <string>
#include <string_view>

#include "indrik/net/memory_stream.hpp"

namespace indrik::net {

/// A handle: copies are the same client.
class MemoryClient {
public:
    MemoryClient() : wire_(std::make_shared<Wire>()) {}

    /// The server's end; to be asked for once.
    std::unique_ptr<Stream> stream() { return std::make_unique<ServerEnd>(wire_); }

    void send(std::string_view bytes) { wire_->stream.feed(bytes); }
    /// Nothing more will be sent.
    void end() { wire_->stream.end_input(); }
    /// The connection breaks.
    void fail() { wire_->stream.fail(); }
    /// Takes so many bytes more, and then stalls.
    void take_only(std::size_t bytes) { wire_->stream.allow_output(bytes); }

    /// Bytes sent that the server has not taken.
    std::size_t unread() const { return wire_->stream.input_size(); }

    const std::string& received() const { return wire_->stream.output(); }
    std::string take_received() { return wire_->stream.take_output(); }
    /// How many times the server wrote something.
    int writes() const { return wire_->writes; }
    /// Whether the server has said that it will send nothing more, or has closed the connection.
    bool is_ended() const { return wire_->is_gone || wire_->stream.is_write_shut(); }
    bool is_closed() const { return wire_->is_gone; }

private:
    struct Wire {
        MemoryStream stream;
        int writes = 0;
        bool is_gone = false;
    };

    class ServerEnd final : public Stream {
    public:
        explicit ServerEnd(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}
        ~ServerEnd() override { wire_->is_gone = true; }

        IOResult try_read(std::span<char> space) override { return wire_->stream.try_read(space); }
        IOResult try_write(std::string_view first, std::string_view second) override {
            const IOResult result = wire_->stream.try_write(first, second);
            if (result.status == IOStatus::Done) ++wire_->writes;
            return result;
        }
        void cancel() noexcept override { wire_->stream.cancel(); }
        void shutdown_write() noexcept override { wire_->stream.shutdown_write(); }
        void close() noexcept override { wire_->stream.close(); }
        bool is_peer_gone() const override { return wire_->stream.is_peer_gone(); }
        std::error_code last_error() const override { return wire_->stream.last_error(); }
        Endpoint local_endpoint() const override { return wire_->stream.local_endpoint(); }
        Endpoint remote_endpoint() const override { return wire_->stream.remote_endpoint(); }

    private:
        void start_wait(Direction direction,
                        std::error_code& error,
                        detail::Frame* frame) override {
            Stream& stream = wire_->stream;
            if (direction == Direction::Read) {
                stream.wait_readable(error)(frame);
            } else {
                stream.wait_writable(error)(frame);
            }
        }

        std::shared_ptr<Wire> wire_;
    };

    std::shared_ptr<Wire> wire_;
};

}  // namespace indrik::net
