#include "indrik/websocket/connection.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "indrik/core/cancellation.hpp"
#include "indrik/net/stream.hpp"
#include "indrik/websocket/connection_timers.hpp"
#include "indrik/websocket/loop_share.hpp"

namespace indrik::websocket {
namespace {

constexpr std::chrono::milliseconds kGoodbyeTime{
    5'000};  // for the handler, when the worker retires

constexpr std::uint16_t number(CloseCode code) {
    return static_cast<std::uint16_t>(code);
}

/// At most 24 days.
std::chrono::duration<std::int32_t, std::milli> shortened(std::chrono::milliseconds time) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    const std::int64_t count = std::clamp<std::int64_t>(time.count(), 0, kMost);
    return std::chrono::duration<std::int32_t, std::milli>(static_cast<std::int32_t>(count));
}

ProtocolOptions protocol_options(std::uint64_t max_message_bytes,
                                 bool answers_pings,
                                 const std::optional<DeflateOptions>& deflate) {
    ProtocolOptions options;
    options.max_message_bytes = max_message_bytes;
    options.answers_pings = answers_pings;
    if (deflate) options.deflate = *deflate;
    return options;
}

}  // namespace

asio::execution_context::id LoopShare::id;

LoopShare& LoopShare::of(const LoopExecutor& executor) {
    return asio::use_service<LoopShare>(executor.context());
}

Connection::Connection(Role role,
                       const Settings& settings,
                       const Agreement& agreement,
                       LoopShare& share)
    : heartbeat_(shortened(settings.heartbeat)),
      receive_timeout_(shortened(settings.receive_timeout)),
      close_timeout_(shortened(settings.close_timeout)),
      max_message_bytes_(settings.max_message_bytes),
      write_limit_(settings.write_limit),
      role_(role),
      slow_peer_(settings.slow_peer),
      autoping_(settings.autoping),
      subprotocol_(agreement.protocol),
      is_compressed_(agreement.deflate.has_value()),
      share_(share),
      protocol_(role,
                protocol_options(max_message_bytes_, autoping_, settings.deflate),
                agreement.deflate,
                &share.codecs) {}

Connection::~Connection() = default;

void Connection::attach(const Transport& transport) {
    stream_ = &transport.stream;
    timers_ = &transport.timers;
    tasks_ = &transport.tasks;
    write_timeout_ = shortened(transport.write_timeout);
    input_.append(transport.received);
    if (heartbeat_.count() != 0) timers_->arm(heartbeat_timer_, heartbeat_);
}

void Connection::drain() {
    if (stream_ == nullptr || std::exchange(is_going_away_, true)) return;
    timers_->arm(heartbeat_timer_, kGoodbyeTime);
    wake_stream();
    wake_all();
}

void Connection::on_heartbeat() {
    if (!can_send()) return;
    if (is_going_away_) {
        close_now(number(CloseCode::GoingAway), "the server retires");
        return;
    }
    // A pong can only be seen by somebody who receives.
    if (is_pong_due_ && is_receiving_) {
        lose();
        return;
    }
    is_pong_due_ = is_receiving_;
    timers_->arm(heartbeat_timer_, is_receiving_ ? heartbeat_ / 2 : heartbeat_);
    // A slow peer has enough to take.
    if (!has_unsent()) send_control_now(Opcode::Ping, {});
}

void Connection::lose() noexcept {
    is_lost_ = true;
    protocol_.end_of_input();
    wake_stream();
    wake_all();
}

void Connection::wake_all() noexcept {
    IntrusiveList<indrik::detail::Waiter> woken;
    woken.splice(waiters_);
    while (!woken.empty()) woken.front().wake();
}

void Connection::wake_stream() noexcept {
    if (stream_ == nullptr) return;
    is_reader_woken_ = is_receiving_;
    is_writer_woken_ = is_writing_;
    stream_->cancel();
}

Task<> Connection::wait_for_news() {
    indrik::detail::Waiter waiter;
    waiters_.push_back(waiter);
    co_await waiter.suspend();
    if (waiter.was_cancelled()) throw_cancelled();
}

void Connection::require_open() const {
    if (stream_ == nullptr && protocol_.close_code() == 0)
        throw std::logic_error("the WebSocket is not connected yet");
    if (!can_send()) {
        throw std::system_error(std::make_error_code(std::errc::not_connected),
                                "the WebSocket is closed");
    }
}

// ---- the end

/// Whether the peer's close frame, or what it did wrong, is all that is to be received.
bool Connection::has_received_all() const {
    // A client also awaits the end of the stream, which is the server's to close first (RFC 6455 section 7.1.1).
    return protocol_.is_finished() && (!is_client() || protocol_.failure());
}

/// Whether nothing is left to wait for.
bool Connection::is_finished() const {
    return stream_ == nullptr || is_lost_ || is_close_overdue_ ||
           (has_received_all() && !has_unsent());
}

void Connection::close_now(std::uint16_t code, std::string_view reason) noexcept {
    if (!can_send()) return;
    protocol_.close(output_, code, reason);
    write_soon();
    wake_all();
}

Task<> Connection::close(Pointer self, std::uint16_t code, std::string reason) {
    if (!is_valid_close_code(code))
        throw std::invalid_argument("no close frame may carry the code " + std::to_string(code));
    self->close_now(code, reason);
    co_await wait_closed(self);
}

/// For the peer's close frame, and until ours has gone. What else the peer sends is dropped, unless somebody receives it.
Task<> Connection::wait_closed(Pointer self) {
    if (self->stream_ == nullptr) co_return;
    Alarm alarm(*self);
    alarm.set(self->close_timeout_);
    while (!self->is_finished() && !alarm.has_fired()) {
        if (self->has_received_all() || self->is_receiving_) {
            co_await self->wait_for_news();
            continue;
        }
        const Reading reading(*self);
        std::optional<ReceivedMessage> dropped = self->take(Unit::Piece);
        if (dropped || self->has_received_all()) continue;
        const Read read = self->read_some(Unit::Piece, dropped);
        self->write_soon();
        const bool has_news = dropped || read == Read::End || self->has_received_all();
        if (!has_news) co_await wait_readable(self, read);
    }
    self->is_close_overdue_ = alarm.has_fired();
}

Task<> Connection::finish(std::exception_ptr failure) {
    const Pointer self = shared_from_this();
    std::uint16_t code = number(is_going_away_ ? CloseCode::GoingAway : CloseCode::Normal);
    std::string reason;
    if (failure) {
        code = number(CloseCode::InternalError);
        try {
            std::rethrow_exception(failure);
        } catch (const CloseError& error) {
            code = error.code();
            reason = error.what();
        } catch (...) {
        }
    }
    close_now(code, reason);
    co_await wait_closed(self);
}

void Connection::detach() noexcept {
    if (stream_ == nullptr) return;
    if (can_send()) {
        protocol_.close(output_, number(CloseCode::GoingAway), {});
        std::string_view nothing;
        if (!is_writing_) try_write(output_, nothing);
    }
    protocol_.end_of_input();
    wake_stream();
    stream_ = nullptr;
    timers_->remove(heartbeat_timer_);
    timers_ = nullptr;
    tasks_ = nullptr;
    wake_all();
}

bool Connection::is_peers_fault(const std::exception_ptr& failure) const {
    try {
        std::rethrow_exception(failure);
    } catch (const CloseError&) {
        return true;
    } catch (const std::system_error&) {
        return !can_send();
    } catch (...) {
        return false;
    }
}

}  // namespace indrik::websocket
