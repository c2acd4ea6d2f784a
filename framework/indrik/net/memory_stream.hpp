#pragma once
// A Stream in memory, for tests of everything that reads and writes: feed it bytes in any pieces, see what was written, let
// the peer stall, end or fail.
//
//   MemoryStream stream;
//   stream.feed("GET / HTTP/1.1\r\n");             // wakes a waiting reader
//   stream.end_input();
//   stream.output();                               // everything written so far

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "indrik/net/stream.hpp"

namespace indrik::net {

class MemoryStream final : public Stream {
public:
    MemoryStream() = default;
    using Stream::try_write;

    /// What the peer sends.
    void feed(std::string_view bytes);
    /// The peer finishes sending.
    void end_input();
    /// The connection breaks: reads and writes fail from now on.
    void fail();
    /// How many bytes the peer takes before writes would block; unlimited at first.
    void allow_output(std::size_t bytes);
    /// Bytes fed that have not been read.
    std::size_t input_size() const { return input_.size(); }
    const std::string& output() const { return output_; }
    std::string take_output() { return std::exchange(output_, {}); }
    bool is_write_shut() const { return write_shut_; }
    bool is_closed() const { return closed_; }

    IOResult try_read(std::span<char> space) override;
    IOResult try_write(std::string_view first, std::string_view second) override;
    void cancel() noexcept override;
    void shutdown_write() noexcept override { write_shut_ = true; }
    void close() noexcept override;
    bool is_peer_gone() const override { return input_ended_ || failed_ || closed_; }
    std::error_code last_error() const override;
    Endpoint local_endpoint() const override { return {"127.0.0.1", 80, AF_INET}; }
    Endpoint remote_endpoint() const override { return {"127.0.0.1", 50000, AF_INET}; }

private:
    struct Wait {
        std::optional<detail::Continuation> continuation;
        std::error_code* error = nullptr;
    };

    void start_wait(Direction direction, std::error_code& error, detail::Frame* frame) override;
    bool is_ready(Direction direction) const;
    void wake(Wait& wait, std::error_code why);
    void notify();

    Wait read_;
    Wait write_;
    std::string input_;
    std::string output_;
    std::size_t output_room_ = static_cast<std::size_t>(-1);
    bool input_ended_ = false;
    bool failed_ = false;
    bool closed_ = false;
    bool write_shut_ = false;
};

}  // namespace indrik::net
