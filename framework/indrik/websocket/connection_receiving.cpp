// How a Connection receives.

#include <utility>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/core/timeout.hpp"
#include "indrik/net/stream.hpp"
#include "indrik/websocket/connection_timers.hpp"
#include "indrik/websocket/loop_share.hpp"

namespace indrik::websocket {
namespace {

ReceivedType to_type(MessageType type) {
    return type == MessageType::Text ? ReceivedType::Text : ReceivedType::Binary;
}

}  // namespace

/// Whether no further message will be given out.
bool Connection::is_over() const {
    return stream_ == nullptr || is_lost_ || is_going_away_ || protocol_.is_close_received() ||
           protocol_.failure();
}

/// What lies in the input already.
std::optional<ReceivedMessage> Connection::take(Unit unit) {
    if (input_.empty()) return std::nullopt;
    std::span<char> bytes(input_.data(), input_.size());
    std::optional<ReceivedMessage> message = feed(bytes, unit);
    input_.consume(input_.size() - bytes.size());
    return message;
}

/// Goes on until there is something to give out; `bytes` is what is left then.
std::optional<ReceivedMessage> Connection::feed(std::span<char>& bytes, Unit unit) {
    // Whoever takes a message in pieces decides how large it may be.
    protocol_.set_message_limit(unit == Unit::Message ? max_message_bytes_ : 0);
    for (;;) {
        const Step step = protocol_.receive(bytes, output_);
        bytes = bytes.subspan(step.consumed);
        if (step.event == Event::None) return std::nullopt;
        std::optional<ReceivedMessage> message = read_step(step, unit);
        if (message) return message;
    }
}

std::optional<ReceivedMessage> Connection::read_step(const Step& step, Unit unit) {
    if (step.event == Event::Data) {
        if (unit == Unit::Piece) {
            is_in_pieces_ = !step.ends_message;
            return ReceivedMessage(to_type(step.type), std::string(step.data), step.ends_message);
        }
        message_.append(step.data);
        if (!step.ends_message) return std::nullopt;
        return ReceivedMessage(to_type(step.type), std::exchange(message_, std::string()));
    }
    if (!autoping_ && (step.event == Event::Ping || step.event == Event::Pong)) {
        const auto type = step.event == Event::Ping ? ReceivedType::Ping : ReceivedType::Pong;
        return ReceivedMessage(type, std::string(step.data));
    }
    if (step.event == Event::Close || step.event == Event::Failed) wake_all();
    return std::nullopt;
}

/// Reads once, without waiting, into the buffer that all share. All: as much as there was room for, there may be more.
Connection::Read Connection::read_some(Unit unit, std::optional<ReceivedMessage>& message) {
    const net::IOResult result = stream_->try_read(share_.space);
    if (result.status == net::IOStatus::WouldBlock) return Read::Nothing;
    if (result.status != net::IOStatus::Done) {
        lose();
        return Read::End;
    }
    is_pong_due_ = false;
    if (heartbeat_.count() != 0 && !is_going_away_) timers_->arm(heartbeat_timer_, heartbeat_);
    std::span<char> bytes(share_.space.data(), result.bytes);
    message = feed(bytes, unit);
    if (!bytes.empty()) input_.append(std::string_view(bytes.data(), bytes.size()));
    return result.bytes == share_.space.size() ? Read::All : Read::Some;
}

/// An idle socket holds no memory but its own.
void Connection::prepare_to_wait() {
    if (input_.empty() && input_.capacity_bytes() != 0) input_ = Buffer();
    if (output_.empty() && output_.capacity_bytes() != 0) output_ = Buffer();
    is_reader_woken_ = false;
}

/// Whether it was not wake_stream() that ended a wait for input.
bool Connection::was_cancelled(const std::error_code& error) {
    return error && !std::exchange(is_reader_woken_, false);
}

/// Until there may be more to read, or somebody calls wake_stream().
Task<> Connection::wait_readable(Pointer self, Read last) {
    if (last == Read::All) {
        co_await sleep_for(std::chrono::seconds(0));
        co_return;
    }
    std::error_code error;
    self->prepare_to_wait();
    co_await self->stream_->wait_readable(error);
    if (self->was_cancelled(error)) throw_cancelled();
}

/// Errors: std::logic_error if it makes no sense to receive such a unit now.
void Connection::check_unit(Unit unit) const {
    if (stream_ == nullptr && protocol_.close_code() == 0) require_open();
    if (is_in_pieces_ && unit == Unit::Message)
        throw std::logic_error("the message is being received in pieces: go on with them");
    if (!message_.empty() && unit == Unit::Piece)
        throw std::logic_error("the message is being received as a whole: go on with that");
}

std::unique_ptr<Connection::Alarm> Connection::alarm_after(Milliseconds timeout) {
    if (timeout.count() == 0 || stream_ == nullptr) return nullptr;
    auto alarm = std::make_unique<Alarm>(*this);
    alarm->set(timeout);
    return alarm;
}

Task<std::optional<ReceivedMessage>> Connection::receive(Pointer self,
                                                         Unit unit,
                                                         Milliseconds timeout) {
    const Reading reading(*self);
    self->check_unit(unit);
    const std::unique_ptr<Alarm> alarm = self->alarm_after(timeout);
    std::optional<ReceivedMessage> message;
    std::error_code error;
    while (!self->is_over()) {
        const std::size_t unsent = self->output_.size();
        message = self->take(unit);
        Read read = Read::Nothing;
        if (!message && !self->is_over()) read = self->read_some(unit, message);
        self->write_soon();
        if (message || self->is_over()) break;
        // Who does not take the answers to his pings is not read from.
        if (self->output_.size() > unsent && self->is_backed_up()) {
            co_await self->wait_for_news();
        } else if (read == Read::All) {
            co_await sleep_for(std::chrono::seconds(0));  // others get their turn
        } else {
            // Sockets spend their lives here: a coroutine less is memory less.
            self->prepare_to_wait();
            co_await self->stream_->wait_readable(error);
            if (self->was_cancelled(error)) throw_cancelled();
        }
        if (alarm && alarm->has_fired()) throw TimeoutError(timeout);
    }
    co_return message;
}

}  // namespace indrik::websocket
