// How a Connection sends.

#include <algorithm>
#include <utility>

#include "indrik/core/task_group.hpp"
#include "indrik/net/stream.hpp"
#include "indrik/websocket/connection_timers.hpp"
#include "indrik/websocket/loop_share.hpp"

namespace indrik::websocket {
namespace {

constexpr std::size_t kCopiedMessageBytes = 8 * 1024;  // larger ones are sent from where they are

}  // namespace

/// Sends what goes without waiting. True if that is all; what was sent is taken off.
bool Connection::try_write(Buffer& bytes, std::string_view& more) noexcept {
    while (!bytes.empty() || !more.empty()) {
        const net::IOResult result = stream_->try_write(bytes.view(), more);
        if (result.status == net::IOStatus::Failed) lose();
        if (result.status != net::IOStatus::Done) return false;
        const std::size_t from_buffer = std::min(result.bytes, bytes.size());
        bytes.consume(from_buffer);
        more.remove_prefix(result.bytes - from_buffer);
    }
    return true;
}

/// Sends the frames that `append(buffer)` makes, with `more` behind them. As long as the peer takes everything at once they are made in a
/// buffer that all share.
template <class Append>
void Connection::emit(Append append, std::string_view more) {
    if (has_unsent()) {
        append(output_);
        output_.append(more);
        write_soon();
        return;
    }
    Buffer& frames = share_.frames;
    frames.clear();
    append(frames);
    if (!try_write(frames, more)) {
        output_.append(frames.view());
        output_.append(more);
        start_writer();
    }
    if (frames.capacity_bytes() > LoopShare::kKeptBytes) frames = Buffer();
}

/// Sends the output, at once as far as it goes.
void Connection::write_soon() {
    if (is_writing_ || !has_unsent() || stream_ == nullptr || is_lost_) return;
    if (!write_waiting()) start_writer();
}

/// Sends what waits, in its order, as far as it goes. True if that is all.
bool Connection::write_waiting() noexcept {
    if (!shared_rest_.empty()) {
        Buffer nothing;
        const bool is_done = try_write(nothing, shared_rest_);
        if (shared_rest_.empty()) shared_message_.reset();
        if (!is_done) return false;
    }
    const std::size_t before = output_.size();
    std::string_view nothing;
    const bool is_done = try_write(output_, nothing);
    written_bytes_ += before - output_.size();
    return is_done;
}

void Connection::start_writer() {
    if (is_writing_ || is_lost_) return;
    is_writing_ = true;
    tasks_->spawn(write_out(shared_from_this()));
}

Task<> Connection::write_out(Pointer self) {
    Alarm alarm(*self);
    while (self->stream_ != nullptr && !self->is_lost_ && self->has_unsent()) {
        std::error_code error;
        alarm.set(self->write_timeout_);
        self->is_writer_woken_ = false;
        co_await self->stream_->wait_writable(error);
        if (self->stream_ == nullptr || self->is_lost_) break;
        if (alarm.has_fired()) self->lose();
        const bool is_cancelled = error && !self->is_writer_woken_;
        if (is_cancelled || alarm.has_fired()) break;
        self->write_waiting();
        self->wake_all();
    }
    self->is_writing_ = false;
    self->wake_all();
}

/// Until what is in the output now has gone. Errors: std::system_error if it will not.
Task<> Connection::wait_written(Pointer self) {
    const std::uint64_t position = self->written_bytes_ + self->output_.size();
    while (self->written_bytes_ < position) {
        if (self->stream_ == nullptr || self->is_lost_) {
            throw std::system_error(std::make_error_code(std::errc::not_connected),
                                    "the WebSocket was lost");
        }
        co_await self->wait_for_news();
    }
}

void Connection::append_message(MessageType type, std::string_view data, Compress compress) {
    Sender& sender = protocol_.sender();
    if (data.size() > kCopiedMessageBytes && sender.sends_verbatim(data.size(), compress)) {
        emit([&](Buffer& out) { sender.message_header(out, type, data.size()); }, data);
    } else {
        emit([&](Buffer& out) { sender.message(out, type, data, compress); });
    }
}

/// For the end of a message in pieces, if there is one, and for the peer to take what waits; then the caller may append at once.
Task<std::optional<Permit>> Connection::wait_for_turn(Pointer self) {
    std::optional<Permit> permit;
    self->require_open();
    while (self->is_backed_up() || (self->message_lock_.is_locked() && !permit)) {
        if (self->is_backed_up()) {
            co_await self->wait_for_news();
        } else {
            Permit granted = co_await self->message_lock_.acquire();
            permit.emplace(std::move(granted));
        }
        self->require_open();
    }
    co_return permit;
}

Task<> Connection::send(Pointer self, MessageType type, std::string data, Compress compress) {
    self->require_open();
    if (self->is_backed_up() || self->message_lock_.is_locked()) {
        const std::optional<Permit> permit = co_await wait_for_turn(self);
        self->append_message(type, data, compress);
    } else {
        self->append_message(type, data, compress);
    }
    if (self->output_.empty()) co_return;
    std::string().swap(data);
    co_await wait_written(self);
}

bool Connection::try_send(MessageType type, std::string_view data) {
    if (!can_send()) return false;
    if (is_backed_up() || message_lock_.is_locked()) {
        if (slow_peer_ == SlowPeer::Close)
            close_now(static_cast<std::uint16_t>(CloseCode::PolicyViolation), "too slow");
        return false;
    }
    append_message(type, data, Compress::Automatic);
    return !is_lost_;
}

/// At a server's end one write, from where the message is; of what the socket does not take, only the place is remembered.
SendOutcome Connection::try_send(const SharedMessagePointer& message) {
    if (!can_send()) return SendOutcome::Closed;
    if (has_unsent() || message_lock_.is_locked()) return SendOutcome::Busy;
    if (is_client()) {
        append_message(message->type(), message->payload(), Compress::Automatic);
        return is_lost_ ? SendOutcome::Closed : SendOutcome::Taken;
    }
    std::string_view frame = protocol_.sender().shared_frame(*message);
    Buffer nothing;
    if (!try_write(nothing, frame)) {
        if (is_lost_) return SendOutcome::Closed;
        shared_rest_ = frame;
        shared_message_ = message;
        start_writer();
    }
    return SendOutcome::Taken;
}

Task<> Connection::wait_for_room(Pointer self) {
    while (self->can_send() && (self->has_unsent() || self->message_lock_.is_locked())) {
        if (self->has_unsent()) {
            co_await self->wait_for_news();
        } else {
            const Permit permit = co_await self->message_lock_.acquire();
        }
    }
}

Task<Permit> Connection::begin_message(Pointer self, MessageType type) {
    self->require_open();
    Permit permit = co_await self->message_lock_.acquire();
    self->require_open();
    self->protocol_.sender().begin_message(type);
    co_return permit;
}

Task<> Connection::send_piece(Pointer self, std::string data, bool is_last) {
    self->require_open();
    while (self->is_backed_up()) {
        co_await self->wait_for_news();
        self->require_open();
    }
    Sender& sender = self->protocol_.sender();
    self->emit([&](Buffer& out) { sender.piece(out, data, is_last); });
    if (self->output_.empty()) co_return;
    std::string().swap(data);
    co_await wait_written(self);
}

void Connection::send_control_now(Opcode opcode, std::string_view payload) {
    emit([&](Buffer& out) {
        if (opcode == Opcode::Ping) {
            protocol_.ping(out, payload);
        } else {
            protocol_.pong(out, payload);
        }
    });
}

Task<> Connection::send_control(Pointer self, Opcode opcode, std::string payload) {
    self->require_open();
    while (self->is_backed_up()) {
        co_await self->wait_for_news();
        self->require_open();
    }
    self->send_control_now(opcode, payload);
}

}  // namespace indrik::websocket
