#pragma once
// The server's end of one HTTP/1.1 connection: receives heads and bodies, sends what was put into the output, and knows which
// timeout runs when. It decides nothing about the content of responses.
//
//   for (;;) {
//       co_await connection.wait(error);                       // idle: no buffer held
//       if (!connection.receive(workspace)) break;             // timed out, ended or failed
//       while (connection.next_head(workspace) == HeadStatus::Complete) { ...answer into workspace.output...
//           workspace.body.finish(); }
//       co_await connection.flush();
//   }

#include <cstddef>
#include <cstdint>
#include <system_error>

#include "indrik/core/buffer.hpp"
#include "indrik/core/task.hpp"
#include "indrik/http1/options.hpp"
#include "indrik/http1/patience.hpp"
#include "indrik/http1/workspace.hpp"
#include "indrik/net/stream.hpp"
#include "indrik/net/timer_wheel.hpp"

namespace indrik::http1 {

enum class HeadStatus : unsigned char { Complete, Incomplete, Malformed };

/// What receive() met.
enum class Received : unsigned char {
    Bytes,     // more input
    Nothing,   // woken in vain
    End,       // the peer has finished sending, or the connection broke: nothing to answer
    TimedOut,  // no request came in time
};

/// One owner; not movable. Lifetime: stream, wheel and options outlive it.
class Connection final : private net::TimerWheel::Timer {
public:
    Connection(net::Stream& stream, net::TimerWheel& wheel, const ConnectionOptions& options);
    ~Connection() override = default;

    net::Stream& stream() { return stream_; }

    // ---- between messages

    /// co_await it: waits for the beginning or the rest of a head. Lifetime: `error` outlives the await.
    net::Readiness wait(std::error_code& error) { return stream_.wait_readable(error); }
    /// Reads once, without waiting, into the workspace's input, and lends the workspace's buffers to the connection.
    Received receive(Workspace& workspace);
    /// Parses one head from the front of the input. Complete: workspace.head and workspace.body are ready. Incomplete: wait for
    /// more. Malformed: head_error() says why; answer and close.
    HeadStatus next_head(Workspace& workspace);
    std::error_code head_error() const { return head_error_; }
    /// Moves a head and what came behind it into a buffer that is no larger than they are. Nothing of it may have been read.
    void shrink_input(Workspace& workspace);
    /// The connection goes idle and gives its buffers back.
    void become_idle();

    // ---- within a message

    Buffer& output() { return *output_; }
    /// Reads more of a body into `buffer`. Errors: IncompleteBody; timed_out when the peer stalls for the body timeout, or sends
    /// more slowly than the minimum rate for about as long; or why it failed.
    Task<> receive_body(Buffer& buffer, std::size_t piece_bytes);
    /// Sends the output, then `more`, and leaves the output empty. Errors: timed_out when the peer takes nothing for the write
    /// timeout, or less than the minimum rate for about as long; or why sending failed. Lifetime: `more` outlives the await.
    Task<> flush(std::string_view more = {});
    /// Sends a part of a file behind the output. What is small is read into the output, and goes out with the next flush. Errors: as
    /// flush(); std::runtime_error if the file has become shorter. Lifetime: the descriptor stays open until the await ends.
    Task<> send_file(int file, std::uint64_t offset, std::uint64_t size_bytes);
    /// Sends without waiting; true when everything went out.
    bool try_flush();
    /// Whether the connection was found broken, or the peer took too little for too long. After try_flush(), flush() throws
    /// why.
    bool has_send_failed() const { return send_failed_; }

    // ---- the end

    /// From now on responses should announce the end. An idle connection lets one more request in, for a second.
    void begin_drain();
    bool is_draining() const { return draining_; }
    /// Says that nothing more will be sent and takes in what the peer still sends, for the linger timeout at the most, so that a
    /// reset does not overtake the last response (RFC 9112 section 9.6).
    Task<> linger();

private:
    enum class Phase : unsigned char { Fresh, Idle, Head, Message, Closing };

    void on_timeout() override;
    void arm(std::chrono::milliseconds timeout);
    void try_flush_start();
    bool read_file(int file, std::uint64_t offset, std::size_t size_bytes);
    Task<> wait_to_receive();
    Task<> wait_to_send();
    void note_delivery();

    net::Stream& stream_;
    net::TimerWheel& wheel_;
    const ConnectionOptions& options_;
    Buffer* output_ = nullptr;
    Patience receiving_;  // of the present message
    Patience sending_;
    std::int64_t sent_bytes_ = 0;       // since the connect
    std::int64_t delivered_bytes_ = 0;  // of these, as known at the last wait
    std::error_code head_error_;
    Phase phase_ = Phase::Fresh;
    bool timed_out_ = false;
    bool draining_ = false;
    bool send_failed_ = false;
};

}  // namespace indrik::http1
