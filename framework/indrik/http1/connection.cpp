#include "indrik/http1/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <unistd.h>

#include "indrik/http/errors.hpp"

namespace indrik::http1 {
namespace {

constexpr std::chrono::milliseconds kLastRequestWindow{1000};
constexpr std::size_t kLingerBytes =
    4 * 1024 * 1024;  // what a peer may still send after the last response

// A file up to this size is read into the output. Sockets take larger ones out of the page cache, which costs a system call
// more but no copy, for which the kernel has to find memory.
constexpr std::uint64_t kCopiedFileBytes = 4 * 1024;
constexpr std::uint64_t kFileStartBytes = 8 * 1024;  // of a file that is copied, sent with the head
constexpr std::uint64_t kCorkedFileBytes = 256 * 1024;     // from here on full packets pay
constexpr std::uint64_t kFileTurnBytes = 2 * 1024 * 1024;  // before others get their turn

[[noreturn]] void throw_shortened() {
    throw std::runtime_error("the file has become shorter, or cannot be read, while it is sent");
}

}  // namespace

Connection::Connection(net::Stream& stream,
                       net::TimerWheel& wheel,
                       const ConnectionOptions& options)
    : stream_(stream), wheel_(wheel), options_(options) {
    arm(options_.header_timeout);
}

void Connection::arm(std::chrono::milliseconds timeout) {
    timed_out_ = false;
    if (timeout.count() == 0) {
        disarm();
    } else {
        wheel_.arm(*this, timeout);
    }
}

void Connection::on_timeout() {
    timed_out_ = true;
    stream_.cancel();
}

void Connection::begin_drain() {
    draining_ = true;
    // Whoever is connected may be about to ask something, or has just done so: one more request is let in.
    if (phase_ == Phase::Idle || phase_ == Phase::Fresh) arm(kLastRequestWindow);
}

void Connection::become_idle() {
    phase_ = Phase::Idle;
    output_ = nullptr;
    arm(draining_ ? kLastRequestWindow : options_.keep_alive_timeout);
}

Received Connection::receive(Workspace& workspace) {
    output_ = &workspace.output;
    const net::IOResult result =
        stream_.try_read(workspace.input.prepare(Workspace::kInputBytes / 4));
    switch (result.status) {
        case net::IOStatus::Done:
            workspace.input.commit(result.bytes);
            return timed_out_ && phase_ == Phase::Head ? Received::TimedOut : Received::Bytes;
        case net::IOStatus::WouldBlock:
            return timed_out_ ? Received::TimedOut : Received::Nothing;
        case net::IOStatus::End:
        case net::IOStatus::Failed:
            break;
    }
    return Received::End;
}

HeadStatus Connection::next_head(Workspace& workspace) {
    if (workspace.input.empty()) return HeadStatus::Incomplete;
    const Result<std::size_t> parsed =
        workspace.parser->parse(workspace.input.view(), workspace.head);
    if (!parsed) [[unlikely]] {
        disarm();
        phase_ = Phase::Message;
        head_error_ = parsed.error();
        return HeadStatus::Malformed;
    }
    if (*parsed == 0) {
        // The clock of a head runs from its first byte, that of the first head from the connect; more bytes do not stop it.
        if (phase_ != Phase::Head && phase_ != Phase::Fresh) arm(options_.header_timeout);
        phase_ = Phase::Head;
        return HeadStatus::Incomplete;
    }
    disarm();
    phase_ = Phase::Message;
    receiving_ = Patience();
    sending_ = Patience();
    workspace.body.begin(*this, workspace.head, workspace.input, *parsed);
    return HeadStatus::Complete;
}

void Connection::shrink_input(Workspace& workspace) {
    Buffer exact(workspace.input.size());
    exact.append(workspace.input.view());
    std::swap(workspace.input, exact);
    workspace.body.reset();
    const Result<std::size_t> parsed =
        workspace.parser->parse(workspace.input.view(), workspace.head);
    workspace.head.headers.shrink_to_fit();
    workspace.body.begin(*this, workspace.head, workspace.input, *parsed);
}

Task<> Connection::wait_to_receive() {
    std::error_code error;
    const std::chrono::milliseconds left = receiving_.left(options_.body_timeout);
    if (options_.body_timeout.count() != 0 && left.count() == 0)
        throw std::system_error(asio::error::timed_out);
    const std::uint64_t begin = wheel_.now();
    arm(left);
    co_await stream_.wait_readable(error);
    disarm();
    receiving_.spend((wheel_.now() - begin) * net::TimerWheel::kTick);
    // Who was late is forgiven if something has come all the same; otherwise the next call ends the wait.
    if (error && !timed_out_) throw std::system_error(error);
}

/// What has reached the peer since it was last asked earns time.
void Connection::note_delivery() {
    // Under TLS more bytes may wait than were given: what matters is how they change.
    const std::int64_t delivered = sent_bytes_ - static_cast<std::int64_t>(stream_.unsent_bytes());
    if (delivered > delivered_bytes_) {
        sending_.earn(static_cast<std::uint64_t>(delivered - delivered_bytes_),
                      options_.minimum_write_rate);
    }
    delivered_bytes_ = delivered;
}

Task<> Connection::wait_to_send() {
    std::error_code error;
    do {
        note_delivery();
        const std::chrono::milliseconds left = sending_.left(options_.write_timeout);
        if (options_.write_timeout.count() != 0 && left.count() == 0) {
            send_failed_ = true;
            throw std::system_error(asio::error::timed_out);
        }
        const std::uint64_t begin = wheel_.now();
        arm(left);
        co_await stream_.wait_writable(error);
        disarm();
        sending_.spend((wheel_.now() - begin) * net::TimerWheel::kTick);
        // The socket reports room only when a good part of its buffer is free; a slow peer may have taken enough before.
    } while (timed_out_);
    if (error) throw std::system_error(error);
}

Task<> Connection::receive_body(Buffer& buffer, std::size_t piece_bytes) {
    for (;;) {
        const net::IOResult result = stream_.try_read(buffer.prepare(piece_bytes));
        if (result.status == net::IOStatus::Done) {
            receiving_.earn(result.bytes, options_.minimum_body_rate);
            buffer.commit(result.bytes);
            co_return;
        }
        if (result.status == net::IOStatus::End)
            throw std::system_error(http::Error::IncompleteBody);
        if (result.status == net::IOStatus::Failed) throw std::system_error(stream_.last_error());
        co_await wait_to_receive();
    }
}

bool Connection::try_flush() {
    Buffer& out = *output_;
    while (!out.empty()) {
        const net::IOResult result = stream_.try_write(out.view());
        if (result.status != net::IOStatus::Done) {
            send_failed_ = result.status == net::IOStatus::Failed;
            return false;
        }
        sent_bytes_ += static_cast<std::int64_t>(result.bytes);
        out.consume(result.bytes);
    }
    return true;
}

Task<> Connection::flush(std::string_view more) {
    Buffer& out = *output_;
    while (!out.empty() || !more.empty()) {
        const net::IOResult result = stream_.try_write(out.view(), more);
        if (result.status == net::IOStatus::Done) {
            sent_bytes_ += static_cast<std::int64_t>(result.bytes);
            const std::size_t from_output = std::min(result.bytes, out.size());
            out.consume(from_output);
            more.remove_prefix(result.bytes - from_output);
        } else if (result.status == net::IOStatus::Failed) {
            send_failed_ = true;
            throw std::system_error(stream_.last_error());
        } else {
            co_await wait_to_send();
        }
    }
}

/// Sends what goes of the output, knowing that more follows.
void Connection::try_flush_start() {
    if (output_->empty()) return;
    const net::IOResult begun = stream_.try_write_start(output_->view());
    sent_bytes_ += static_cast<std::int64_t>(begun.bytes);
    output_->consume(begun.bytes);
}

/// Appends a part of a file to the output. False if there is not that much.
bool Connection::read_file(int file, std::uint64_t offset, std::size_t size_bytes) {
    while (size_bytes > 0) {
        const ssize_t moved = ::pread(
            file, output_->prepare(size_bytes).data(), size_bytes, static_cast<off_t>(offset));
        if (moved < 0 && errno == EINTR) continue;
        if (moved <= 0) return false;
        output_->commit(static_cast<std::size_t>(moved));
        offset += static_cast<std::uint64_t>(moved);
        size_bytes -= static_cast<std::size_t>(moved);
    }
    return true;
}

Task<> Connection::send_file(int file, std::uint64_t offset, std::uint64_t size_bytes) {
    const bool is_direct = options_.uses_sendfile && stream_.sends_files_directly();
    const bool is_small = output_->size() + size_bytes <= Workspace::kKeptBytes &&
                          (!is_direct || size_bytes <= kCopiedFileBytes);
    std::uint64_t copied = is_small ? size_bytes : 0;
    // Where it is copied a large file begins in the output, too: a head of its own would be a waste.
    if (!is_small && !is_direct) {
        copied = std::min(size_bytes, kFileStartBytes - offset % kFileStartBytes);
    }
    if (!read_file(file, offset, static_cast<std::size_t>(copied))) throw_shortened();
    if (is_small) co_return;
    const bool is_corked = size_bytes >= kCorkedFileBytes;
    if (is_corked) stream_.set_corked(true);
    try_flush_start();
    if (!output_->empty()) co_await flush();
    const std::uint64_t end = offset + size_bytes;
    offset += copied;
    std::uint64_t sent_in_turn = 0;
    while (offset < end) {
        // Never less than was tried before: a TLS stream may have taken it already.
        const auto wanted = static_cast<std::size_t>(std::min(end - offset, kFileTurnBytes));
        const net::IOResult result = options_.uses_sendfile
                                         ? stream_.try_send_file(file, offset, wanted)
                                         : stream_.net::Stream::try_send_file(file, offset, wanted);
        sent_bytes_ += static_cast<std::int64_t>(result.bytes);
        if (result.status == net::IOStatus::WouldBlock) {
            sent_in_turn = 0;
            co_await wait_to_send();
        } else if (result.status == net::IOStatus::End) {
            throw_shortened();
        } else if (result.status == net::IOStatus::Failed) {
            send_failed_ = true;
            throw std::system_error(stream_.last_error());
        } else if (sent_in_turn += result.bytes; sent_in_turn >= kFileTurnBytes) {
            // A fast reader does not keep the others waiting.
            sent_in_turn = 0;
            const auto executor = co_await asio::this_coro::executor;
            co_await asio::post(executor, use_task);
        }
    }
    if (is_corked) stream_.set_corked(false);
}

Task<> Connection::linger() {
    phase_ = Phase::Closing;
    stream_.shutdown_write();
    std::array<char, 4096> discarded;
    std::size_t left = kLingerBytes;
    std::error_code error;
    arm(options_.linger_timeout);
    while (!timed_out_ && !error) {
        const net::IOResult result = stream_.try_read(discarded);
        if (result.status == net::IOStatus::WouldBlock) {
            co_await stream_.wait_readable(error);
        } else if (result.status != net::IOStatus::Done || result.bytes > left) {
            break;
        } else {
            left -= result.bytes;
        }
    }
    disarm();
}

}  // namespace indrik::http1
