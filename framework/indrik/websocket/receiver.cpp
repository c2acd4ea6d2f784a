#include "indrik/websocket/receiver.hpp"

#include <algorithm>
#include <cstring>

#include "indrik/websocket/masking.hpp"

namespace indrik::websocket {

namespace {

constexpr std::string_view kFlushTail("\0\0\xff\xff", 4);

/// Code and reason of a close frame.
Result<Step> read_close(Step step) {
    const std::string_view payload = step.data;
    step.close_code = static_cast<std::uint16_t>(CloseCode::NoStatus);
    if (payload.empty()) return step;
    if (payload.size() == 1) return make_error_code(Error::BadCloseFrame);
    const auto high = static_cast<unsigned char>(payload[0]);
    const auto low = static_cast<unsigned char>(payload[1]);
    step.close_code = static_cast<std::uint16_t>(high << 8 | low);
    step.data = payload.substr(2);
    if (!is_valid_close_code(step.close_code)) return make_error_code(Error::BadCloseCode);
    if (!is_utf8(step.data)) return make_error_code(Error::BadUTF8);
    return step;
}

}  // namespace

/// What the inflater made of a piece of payload.
struct Receiver::Output {
    std::size_t consumed = 0;
    std::string_view data;
    bool is_full = false;  // there may be more
    bool has_failed = false;
};

Receiver::Receiver(Role role, const std::optional<DeflateAgreement>& deflate, CodecPool* pool)
    : role_(role), pool_(pool) {
    if (!deflate) return;
    const bool is_server = role == Role::Server;
    keeps_context_ =
        is_server ? !deflate->client_no_context_takeover : !deflate->server_no_context_takeover;
    window_bits_ = static_cast<std::uint8_t>(is_server ? deflate->client_max_window_bits
                                                       : deflate->server_max_window_bits);
}

Result<Step> Receiver::feed(std::span<char> input) {
    std::size_t at = 0;
    for (;;) {
        if (!is_in_frame_ && !has_more_output_) {
            const Result<HeaderStatus> header = take_header(input, at);
            if (!header) return header.error();
            if (*header == HeaderStatus::Incomplete) break;
            const Result<> begun = begin_frame();
            if (!begun) return begun.error();
        }
        const Result<Step> step = take_payload(input, at);
        if (!step || step->event != Event::None || is_in_frame_) return step;
        at = step->consumed;
    }
    Step nothing;
    nothing.consumed = at;
    return nothing;
}

/// Complete: frame_ is a new frame. Incomplete: all input was consumed.
Result<Receiver::HeaderStatus> Receiver::take_header(std::span<char> input, std::size_t& at) {
    const FrameRules rules(role_, window_bits_ != 0);
    std::string_view bytes(input.data() + at, input.size() - at);
    if (header_size_ != 0) {
        const std::size_t added =
            std::min<std::size_t>(bytes.size(), kMaxFrameHeaderBytes - header_size_);
        std::memcpy(header_.data() + header_size_, bytes.data(), added);
        bytes = std::string_view(header_.data(), header_size_ + added);
    }
    const Result<std::size_t> size = parse_frame_header(bytes, rules, frame_);
    if (!size) return size.error();
    if (*size != 0) {
        at += *size - header_size_;
        header_size_ = 0;
        return HeaderStatus::Complete;
    }
    // Fewer bytes than a header can have.
    if (header_size_ == 0 && !bytes.empty())
        std::memcpy(header_.data(), bytes.data(), bytes.size());
    header_size_ = static_cast<std::uint8_t>(bytes.size());
    at = input.size();
    return HeaderStatus::Incomplete;
}

Result<> Receiver::begin_frame() {
    is_in_frame_ = true;
    taken_ = 0;
    unmasked_ = 0;
    if (!control_.empty()) std::string().swap(control_);
    if (is_control(frame_.opcode)) return boost::system::in_place_value;
    if (frame_.opcode == Opcode::Continuation) {
        if (!is_in_message_) return make_error_code(Error::UnexpectedContinuation);
    } else {
        const Result<> begun = begin_message();
        if (!begun) return begun;
    }
    if (is_compressed_) return boost::system::in_place_value;
    const bool is_too_big =
        message_bytes_ > message_limit_ || frame_.length_bytes > message_limit_ - message_bytes_;
    if (is_too_big) return make_error_code(Error::MessageTooBig);
    return boost::system::in_place_value;
}

Result<> Receiver::begin_message() {
    if (is_in_message_) return make_error_code(Error::ExpectedContinuation);
    is_in_message_ = true;
    is_compressed_ = frame_.is_compressed;
    type_ = frame_.opcode == Opcode::Text ? MessageType::Text : MessageType::Binary;
    text_.reset();
    message_bytes_ = 0;
    tail_used_ = 0;
    if (is_compressed_ && !inflater_) inflater_ = pool_->borrow_inflater(window_bits_);
    return boost::system::in_place_value;
}

Result<Step> Receiver::take_payload(std::span<char> input, std::size_t at) {
    if (is_control(frame_.opcode)) return take_control(input, at);
    return is_compressed_ ? take_compressed(input, at) : take_plain(input, at);
}

/// How much of the input from `at` on belongs to the frame.
std::size_t Receiver::available(std::span<char> input, std::size_t at) const {
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(frame_.length_bytes - taken_, input.size() - at));
}

void Receiver::unmask(std::span<char> bytes, std::uint64_t offset) const {
    if (frame_.is_masked) apply_mask(bytes, frame_.mask_key, offset);
}

Result<Step> Receiver::take_control(std::span<char> input, std::size_t at) {
    std::span<char> payload = input.subspan(at, available(input, at));
    const bool is_whole = payload.size() == frame_.length_bytes;
    taken_ += payload.size();
    Step step;
    step.consumed = at + payload.size();
    if (!is_whole) {
        if (control_.empty()) control_.reserve(kMaxControlBytes);
        control_.append(payload.data(), payload.size());
        if (taken_ < frame_.length_bytes) return step;
        payload = control_;
    }
    is_in_frame_ = false;
    unmask(payload, 0);
    step.data = std::string_view(payload.data(), payload.size());
    if (frame_.opcode == Opcode::Close) {
        step.event = Event::Close;
        return read_close(step);
    }
    step.event = frame_.opcode == Opcode::Ping ? Event::Ping : Event::Pong;
    return step;
}

Result<Step> Receiver::take_plain(std::span<char> input, std::size_t at) {
    const std::span<char> payload = input.subspan(at, available(input, at));
    unmask(payload, taken_);
    taken_ += payload.size();
    message_bytes_ += payload.size();
    is_in_frame_ = taken_ < frame_.length_bytes;
    Step step;
    step.consumed = at + payload.size();
    const std::string_view data(payload.data(), payload.size());
    if (!accepts(data)) return make_error_code(Error::BadUTF8);
    return finish_piece(step, data, !is_in_frame_ && frame_.is_final);
}

Result<Step> Receiver::take_compressed(std::span<char> input, std::size_t at) {
    const std::span<char> payload = input.subspan(at, available(input, at));
    const std::size_t already = std::min(unmasked_, payload.size());
    unmask(payload.subspan(already), taken_ + already);
    unmasked_ = std::max(unmasked_, payload.size());

    const Output output = inflate(std::string_view(payload.data(), payload.size()));
    unmasked_ -= output.consumed;
    has_more_output_ = output.is_full;
    // Whatever comes first is what is wrong, however the input was cut.
    const std::uint64_t left = message_limit_ - std::min(message_limit_, message_bytes_);
    if (!accepts(output.data.substr(
            0, static_cast<std::size_t>(std::min<std::uint64_t>(left, output.data.size())))))
        return make_error_code(Error::BadUTF8);
    if (output.data.size() > left) return make_error_code(Error::MessageTooBig);
    if (output.has_failed) return make_error_code(Error::BadDeflate);
    message_bytes_ += output.data.size();
    is_in_frame_ = taken_ < frame_.length_bytes;
    const bool ends_message = tail_used_ == kFlushTail.size() && !has_more_output_;
    if (ends_message && !inflater_->is_between_blocks()) return make_error_code(Error::BadDeflate);
    Step step;
    step.consumed = at + output.consumed;
    return finish_piece(step, output.data, ends_message);
}

/// Decompresses a piece of the frame's payload, and at the message's end the tail that is not sent.
Receiver::Output Receiver::inflate(std::string_view payload) {
    // One byte more than may come says that the message is too big.
    std::span<char> space = pool_->space();
    const std::uint64_t left = message_limit_ - std::min(message_limit_, message_bytes_);
    if (left < space.size()) space = space.first(static_cast<std::size_t>(left) + 1);

    Inflater::Progress progress = inflater_->decompress(payload, space);
    Output output;
    output.consumed = progress.consumed;
    output.has_failed = progress.has_failed;
    taken_ += progress.consumed;
    std::size_t produced = progress.produced;
    const bool is_at_end = taken_ == frame_.length_bytes && frame_.is_final;
    if (is_at_end && !output.has_failed && produced < space.size()) {
        if (inflater_->has_ended() && tail_used_ == 0) {
            tail_used_ = kFlushTail.size();  // the sender has ended the stream, and added nothing
        } else {
            progress =
                inflater_->decompress(kFlushTail.substr(tail_used_), space.subspan(produced));
            tail_used_ = static_cast<std::uint8_t>(tail_used_ + progress.consumed);
            produced += progress.produced;
            output.has_failed = progress.has_failed;
        }
    }
    output.is_full = produced == space.size();
    output.data = std::string_view(space.data(), produced);
    return output;
}

bool Receiver::accepts(std::string_view data) {
    return type_ != MessageType::Text || text_.feed(data);
}

Result<Step> Receiver::finish_piece(Step step, std::string_view data, bool ends_message) {
    if (ends_message) {
        if (!text_.is_complete()) return make_error_code(Error::BadUTF8);
        is_in_message_ = false;
        if (inflater_ && !keeps_context_) pool_->give_back(std::move(inflater_));
    }
    if (data.empty() && !ends_message) return step;
    step.event = Event::Data;
    step.type = type_;
    step.ends_message = ends_message;
    step.data = data;
    return step;
}

}  // namespace indrik::websocket
