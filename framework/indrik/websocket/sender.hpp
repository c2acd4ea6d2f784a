#pragma once
// Writes what a peer is sent: messages, whole or in pieces, and control frames, appended to a buffer in full frames.
//
//   sender.message(out, MessageType::Text, "hello");
//   sender.begin_message(MessageType::Binary);
//   sender.piece(out, first, false);                // pings may come in between
//   sender.piece(out, last, true);

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "indrik/core/buffer.hpp"
#include "indrik/websocket/deflate.hpp"
#include "indrik/websocket/deflate_agreement.hpp"
#include "indrik/websocket/frame.hpp"
#include "indrik/websocket/masking.hpp"
#include "indrik/websocket/receiver.hpp"
#include "indrik/websocket/shared_message.hpp"

namespace indrik::websocket {

/// Whether a message is compressed, where compression was agreed upon. Automatic: if it is large enough.
enum class Compress : std::uint8_t { Automatic, Always, Never };

/// One direction of one connection. Lifetime: the pool outlives it.
class Sender {
public:
    /// `pool` may be null without compression.
    Sender(Role role,
           const std::optional<DeflateAgreement>& deflate,
           const DeflateOptions& options,
           CodecPool* pool);
    Sender(const Sender&) = delete;

    /// REQUIRES: !is_in_message()
    void message(Buffer& out,
                 MessageType type,
                 std::string_view payload,
                 Compress compress = Compress::Automatic);
    /// Whether message() would send the payload as it is, so that message_header() may be used.
    bool sends_verbatim(std::size_t size_bytes, Compress compress) const;
    /// Only the header of a message whose payload follows from elsewhere. REQUIRES: !is_in_message(), sends_verbatim()
    void message_header(Buffer& out, MessageType type, std::size_t size_bytes);

    /// The frame of a message that others are sent as well; after it, nothing refers to what was sent before.
    /// Lifetime: the message's. REQUIRES: !is_in_message(), the role of a server
    std::string_view shared_frame(const SharedMessage& message,
                                  Compress compress = Compress::Automatic);

    /// A message in pieces. REQUIRES: !is_in_message()
    void begin_message(MessageType type, Compress compress = Compress::Automatic);
    /// REQUIRES: is_in_message()
    void piece(Buffer& out, std::string_view bytes, bool is_last);
    bool is_in_message() const { return is_in_message_; }

    /// Payloads of control frames are cut at 125 bytes, reasons of close frames at the end of a character.
    void ping(Buffer& out, std::string_view payload) { control(out, Opcode::Ping, payload); }
    void pong(Buffer& out, std::string_view payload) { control(out, Opcode::Pong, payload); }
    /// A code that no frame may carry (1005, 1006) is left out.
    void close(Buffer& out, std::uint16_t code, std::string_view reason);

private:
    void control(Buffer& out, Opcode opcode, std::string_view payload);
    void frame(Buffer& out, FrameHeader header, std::string_view payload);
    bool wants_compression(std::size_t size_bytes, Compress compress) const;
    std::string_view deflate(std::string_view bytes, bool is_last);

    Role role_;
    bool keeps_context_ = false;
    std::uint8_t window_bits_ = 0;  // 0: no compression
    bool is_in_message_ = false;
    bool is_first_piece_ = false;
    bool is_compressed_ = false;  // the message in pieces
    MessageType type_ = MessageType::Text;
    int level_;
    std::size_t min_compressed_bytes_;
    std::unique_ptr<Deflater> deflater_;
    std::unique_ptr<MaskKeys> mask_keys_;  // of a client
    CodecPool* pool_;
};

}  // namespace indrik::websocket
