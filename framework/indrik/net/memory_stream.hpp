#pragma once
// A Stream in memory, for tests of everything that reads and writes: feed it bytes in any pieces, see what was written, let
// the peer stall, end or fail.
//
//   MemoryStream stream(executor);
//   stream.feed("GET / HTTP/1.1\r\n");             // wakes a waiting reader
//   stream.end_input();
//   stream.output();                               // everything written so far

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <asio/basic_waitable_timer.hpp>

#include "indrik/net/stream.hpp"

namespace indrik::net {

class MemoryStream final : public Stream {
public:
    explicit MemoryStream(LoopExecutor executor);
    using Stream::try_write;

    /// What the peer sends.
    void feed(std::string_view bytes);
    /// The peer finishes sending.
    void end_input();
    /// The connection breaks: reads and writes fail from now on.
    void fail();
    /// How many bytes the peer takes before writes would block; unlimited at first.
    void allow_output(std::size_t bytes);
    const std::string& output() const { return output_; }
    std::string take_output() { return std::exchange(output_, {}); }
    bool is_write_shut() const { return write_shut_; }
    bool is_closed() const { return closed_; }

    IOResult try_read(std::span<char> space) override;
    IOResult try_write(std::string_view first, std::string_view second) override;
    Task<> wait_readable(std::error_code& error) override;
    Task<> wait_writable(std::error_code& error) override;
    void cancel() noexcept override;
    void shutdown_write() noexcept override { write_shut_ = true; }
    void close() noexcept override;
    std::error_code last_error() const override;
    Endpoint local_endpoint() const override { return {"127.0.0.1", 80, AF_INET}; }
    Endpoint remote_endpoint() const override { return {"127.0.0.1", 50000, AF_INET}; }

private:
    using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                             asio::wait_traits<std::chrono::steady_clock>,
                                             LoopExecutor>;
    bool is_readable() const { return !input_.empty() || input_ended_ || failed_ || closed_; }
    bool is_writable() const { return output_room_ != 0 || failed_ || closed_; }
    Task<> wait_for(Timer& event, bool (MemoryStream::*ready)() const, std::error_code& error);

    Timer readable_;  // these two never expire; cancelling one wakes who waits for it
    Timer writable_;
    std::string input_;
    std::string output_;
    std::size_t output_room_ = static_cast<std::size_t>(-1);
    bool input_ended_ = false;
    bool failed_ = false;
    bool closed_ = false;
    bool write_shut_ = false;
};

}  // namespace indrik::net
