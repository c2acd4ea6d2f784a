#pragma once
// Reads what a peer sends: frames, fragments, control frames in between, compression, UTF-8 (RFC 6455 sections 5 and 6, RFC 7692).
//
// Payloads are unmasked where they lie and given on as they come, so nothing is gathered here: neither an incomplete header nor a
// huge announced length holds any memory. What is wrong is refused with the first byte that shows it.
//
//   for (;;) {
//       auto step = receiver.feed(input);
//       if (!step) return fail(step.error());
//       input = input.subspan(step->consumed);
//       if (step->event == Event::None) break;      // all was consumed
//       ...
//   }

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "indrik/core/result.hpp"
#include "indrik/websocket/deflate.hpp"
#include "indrik/websocket/deflate_agreement.hpp"
#include "indrik/websocket/frame.hpp"
#include "indrik/websocket/utf8.hpp"

namespace indrik::websocket {

enum class MessageType : std::uint8_t { Text, Binary };

enum class Event : std::uint8_t {
    None,    // everything was consumed: feed more
    Data,    // a piece of a message, perhaps empty if it is the last one
    Ping,    // data is what a pong must answer
    Pong,    // data is what it says
    Close,   // code and data, the reason; what follows means nothing
    Failed,  // only from Protocol
};

/// What a prefix of the input meant. Lifetime: `data` points into the input or the CodecPool; it is used before anything else is fed.
struct Step {
    std::size_t consumed = 0;
    Event event = Event::None;
    MessageType type = MessageType::Text;  // of Data
    bool ends_message = false;             // of Data
    std::uint16_t close_code = 0;          // of Close; 1005 if it had none
    std::string_view data;
};

/// One direction of one connection. Lifetime: the pool outlives it.
class Receiver {
public:
    static constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

    /// `pool` may be null without compression.
    Receiver(Role role, const std::optional<DeflateAgreement>& deflate, CodecPool* pool);
    Receiver(const Receiver&) = delete;

    /// Consumes a prefix of the input and says what it meant. The rest, of which a part may be unmasked by now, is to be fed next.
    /// Errors: Error; nothing may be fed then.
    Result<Step> feed(std::span<char> input);

    /// How large messages may be, after decompression; looked at when a frame begins and while it is decompressed.
    void set_message_limit(std::uint64_t bytes) { message_limit_ = bytes; }
    /// Whether a message has begun and not ended.
    bool is_in_message() const { return is_in_message_; }
    /// Whether bytes were fed that belong to a frame or message which is not complete.
    bool is_between_messages() const {
        return !is_in_message_ && !is_in_frame_ && header_size_ == 0;
    }

private:
    struct Output;

    enum class HeaderStatus : std::uint8_t { Complete, Incomplete };
    Result<HeaderStatus> take_header(std::span<char> input, std::size_t& at);
    Result<> begin_frame();
    Result<> begin_message();
    Result<Step> take_payload(std::span<char> input, std::size_t at);
    Result<Step> take_control(std::span<char> input, std::size_t at);
    Result<Step> take_plain(std::span<char> input, std::size_t at);
    Result<Step> take_compressed(std::span<char> input, std::size_t at);
    Output inflate(std::string_view payload);
    bool accepts(std::string_view data);
    Result<Step> finish_piece(Step step, std::string_view data, bool ends_message);
    std::size_t available(std::span<char> input, std::size_t at) const;
    void unmask(std::span<char> bytes, std::uint64_t offset) const;

    Role role_;
    bool keeps_context_ = false;
    std::uint8_t window_bits_ = 0;  // 0: no compression
    std::uint8_t header_size_ = 0;  // bytes of an incomplete header
    bool is_in_frame_ = false;
    bool is_in_message_ = false;
    bool is_compressed_ = false;    // the message
    bool has_more_output_ = false;  // the inflater stopped for want of room
    std::uint8_t tail_used_ = 0;    // bytes of the flush's end that the inflater has had
    MessageType type_ = MessageType::Text;
    UTF8Validator text_;
    FrameHeader frame_;
    std::uint64_t taken_ = 0;          // payload bytes of the frame
    std::size_t unmasked_ = 0;         // bytes of the input that are unmasked, but not taken
    std::uint64_t message_bytes_ = 0;  // so far
    std::uint64_t message_limit_ = kNoLimit;
    std::unique_ptr<Inflater> inflater_;
    CodecPool* pool_;
    std::array<char, kMaxFrameHeaderBytes> header_;  // an incomplete one
    std::string control_;                            // the payload of an incomplete control frame
};

}  // namespace indrik::websocket
