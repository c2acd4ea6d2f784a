#include "indrik/websocket/protocol.hpp"

#include "indrik/websocket/errors.hpp"

namespace indrik::websocket {

Protocol::Protocol(Role role,
                   const ProtocolOptions& options,
                   const std::optional<DeflateAgreement>& deflate,
                   CodecPool* pool)
    : answers_pings_(options.answers_pings),
      receiver_(role, deflate, pool),
      sender_(role, deflate, options.deflate, pool) {
    set_message_limit(options.max_message_bytes);
}

void Protocol::set_message_limit(std::uint64_t bytes) {
    receiver_.set_message_limit(bytes == 0 ? Receiver::kNoLimit : bytes);
}

Step Protocol::receive(std::span<char> input, Buffer& output) {
    if (close_received_ || is_failed_) {
        Step ignored;
        ignored.consumed = input.size();
        return ignored;
    }
    const Result<Step> step = receiver_.feed(input);
    if (!step) return fail(step.error(), input.size(), output);
    if (step->event == Event::Ping && answers_pings_) {
        pong(output, step->data);
    } else if (step->event == Event::Close) {
        close_received_ = true;
        close_code_ = step->close_code;
        close_reason_ = step->data;
        close(output, step->close_code);
    }
    return *step;
}

Step Protocol::fail(std::error_code error, std::size_t input_size, Buffer& output) {
    is_failed_ = true;
    failure_ = error;
    close_code_ = static_cast<std::uint16_t>(close_code_of(error));
    close(output, close_code_, error.message());
    Step step;
    step.consumed = input_size;
    step.event = Event::Failed;
    return step;
}

void Protocol::end_of_input() {
    is_cut_ = true;
    if (!close_received_ && !is_failed_)
        close_code_ = static_cast<std::uint16_t>(CloseCode::Abnormal);
}

void Protocol::ping(Buffer& output, std::string_view payload) {
    if (can_send()) sender_.ping(output, payload);
}

void Protocol::pong(Buffer& output, std::string_view payload) {
    if (can_send()) sender_.pong(output, payload);
}

void Protocol::close(Buffer& output, std::uint16_t code, std::string_view reason) {
    if (!can_send()) return;
    close_sent_ = true;
    sender_.close(output, code, reason);
}

}  // namespace indrik::websocket
