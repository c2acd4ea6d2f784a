#pragma once
// A byte stream between two peers: what connections read from and write to, whatever carries it (TCP, Unix socket, TLS, or
// memory in tests).
//
// The interface is about readiness, not completion: try first without waiting into whatever buffer is at hand, and wait only
// when there is nothing to do. So buffers can be shared by all connections of a loop, and an idle connection holds none.
//
//   for (;;) {
//       const ReadResult result = stream.try_read(space);
//       if (result.status != IOStatus::WouldBlock) return result;
//       co_await stream.wait_readable(error);
//   }

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <system_error>

#include "indrik/core/detail/continuation.hpp"
#include "indrik/core/task.hpp"
#include "indrik/net/endpoint.hpp"

namespace indrik::net {

enum class Direction : unsigned char { Read, Write };

enum class IOStatus : unsigned char {
    Done,        // some bytes were moved
    WouldBlock,  // none now; wait
    End,         // the peer has finished sending, or the file that was to be sent has ended
    Failed,      // the stream is broken; see Stream::last_error()
};

struct IOResult {
    IOStatus status;
    std::size_t bytes;  // moved; 0 unless Done
};

class Stream;
class TLSStream;

/// What `co_await stream.wait_readable(error)` awaits; lighter than a Task, because connections wait once a request.
struct [[nodiscard]] Readiness {
    Stream* stream;
    Direction direction;
    std::error_code* error;
    detail::TaskThread* operator()(detail::Frame* frame) const;
};

/// One owner, who closes it by destroying it. One reader and one writer at a time.
class Stream {
public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;

    /// Moves what is there, at most space.size() bytes. REQUIRES: !space.empty()
    virtual IOResult try_read(std::span<char> space) = 0;
    /// Sends `first`, then `second`, as far as it goes without waiting. REQUIRES: not both empty
    virtual IOResult try_write(std::string_view first, std::string_view second) = 0;
    IOResult try_write(std::string_view bytes) { return try_write(bytes, {}); }
    /// The same for the beginning of something that goes on at once: sockets hold back a packet that is not full.
    virtual IOResult try_write_start(std::string_view bytes) { return try_write(bytes, {}); }
    /// While it is on, packets that are not full are held back (for 200 ms at most).
    virtual void set_corked(bool) noexcept {}
    /// Whether try_send_file copies nothing.
    virtual bool sends_files_directly() const { return false; }
    /// Sends up to `size_bytes` of a file from `offset` on, as far as it goes without waiting, and moves `offset`. End: the file has
    /// nothing more there, or cannot be read. The default copies through a small buffer; sockets have the kernel do it.
    /// REQUIRES: size_bytes != 0
    virtual IOResult try_send_file(int file, std::uint64_t& offset, std::size_t size_bytes);

    /// co_await them: they wait until reading (writing) may move something, or are woken in vain. They throw nothing: `error` is
    /// set to why the wait ended early, asio::error::operation_aborted after cancel(), close() or the cancellation of the task.
    /// Lifetime: `error` outlives the await. Only to be called when the last try said WouldBlock, or moved less than it could.
    Readiness wait_readable(std::error_code& error) { return {this, Direction::Read, &error}; }
    Readiness wait_writable(std::error_code& error) { return {this, Direction::Write, &error}; }

    /// Ends the waits in progress.
    virtual void cancel() noexcept = 0;
    /// Says that nothing more will be sent; reading goes on.
    virtual void shutdown_write() noexcept = 0;
    /// Ends everything; later calls fail.
    virtual void close() noexcept = 0;
    /// Makes close() tear the connection down without delivering what is queued (a TCP reset).
    virtual void abort() noexcept { close(); }

    /// Whether the peer has finished sending or the connection broke, even if bytes from before wait to be read. Asks the kernel.
    virtual bool is_peer_gone() const { return false; }
    /// Bytes that were sent and that the peer has not acknowledged yet, as far as the stream knows. Asks the kernel.
    virtual std::size_t unsent_bytes() const { return 0; }
    virtual std::error_code last_error() const = 0;
    virtual Endpoint local_endpoint() const = 0;
    virtual Endpoint remote_endpoint() const = 0;
    /// What was negotiated, if the stream is encrypted; null otherwise.
    virtual const TLSStream* tls() const { return nullptr; }
    /// Whether the peer's connection is encrypted: this one, or with a proxy in between its connection to that proxy.
    virtual bool is_encrypted() const { return tls() != nullptr; }

private:
    friend struct Readiness;
    /// Takes over the coroutine of `frame` and resumes it when the wait is over, with `error` set; never from within this call.
    virtual void start_wait(Direction direction, std::error_code& error, detail::Frame* frame) = 0;
};

inline detail::TaskThread* Readiness::operator()(detail::Frame* frame) const {
    stream->start_wait(direction, *error, frame);
    return nullptr;
}

}  // namespace indrik::net
