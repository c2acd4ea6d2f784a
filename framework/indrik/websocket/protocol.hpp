#pragma once
// One end of a WebSocket connection without its I/O: Receiver, Sender, and the closing handshake between them. Server and client
// differ in their Role only.
//
//   Protocol protocol(Role::Server, ProtocolOptions(), agreement.deflate, &pool);
//   ... bytes have come: ...
//   for (;;) {
//       const Step step = protocol.receive(input, output);     // pongs and close frames go into `output`
//       input = input.subspan(step.consumed);
//       if (step.event == Event::None) break;
//       if (step.event == Event::Data) use(step.data, step.ends_message);
//   }
//   write(output);
//   if (protocol.is_finished()) close();

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "indrik/core/buffer.hpp"
#include "indrik/websocket/receiver.hpp"
#include "indrik/websocket/sender.hpp"

namespace indrik::websocket {

struct ProtocolOptions {
    std::uint64_t max_message_bytes =
        4 * 1024 * 1024;  // after decompression; beyond: 1009. 0: no limit
    bool answers_pings = true;
    DeflateOptions deflate;  // how to compress, if compression was agreed upon
};

/// Not movable. Lifetime: the pool, which may be null without compression, outlives it.
class Protocol {
public:
    Protocol(Role role,
             const ProtocolOptions& options,
             const std::optional<DeflateAgreement>& deflate,
             CodecPool* pool);
    Protocol(const Protocol&) = delete;

    // ---- receiving

    /// Consumes a prefix of the input and says what it meant; answers it in `output`, where an answer is due. Feed the rest next, until
    /// the event is None. What comes after a close frame or an error is consumed and ignored. Lifetime of Step::data: as Receiver's.
    Step receive(std::span<char> input, Buffer& output);
    /// The connection ended: without a close frame, if there was none before.
    void end_of_input();
    /// As Receiver's; 0 is no limit.
    void set_message_limit(std::uint64_t bytes);
    bool is_in_message() const { return receiver_.is_in_message(); }

    // ---- sending; after a close frame nothing can be sent, and these do nothing

    bool can_send() const { return !close_sent_; }
    /// For messages.
    Sender& sender() { return sender_; }
    void ping(Buffer& output, std::string_view payload = {});
    void pong(Buffer& output, std::string_view payload = {});
    /// Begins the closing handshake, or answers the peer's. A code that no frame may carry is left out.
    void close(Buffer& output, std::uint16_t code, std::string_view reason = {});

    // ---- the end

    bool is_close_sent() const { return close_sent_; }
    bool is_close_received() const { return close_received_; }
    /// Whether nothing more is to be received: both close frames are through, or something went wrong.
    bool is_finished() const { return (close_sent_ && close_received_) || is_failed_ || is_cut_; }
    /// What the peer did wrong; no error if nothing.
    std::error_code failure() const { return failure_; }
    /// The peer's code, or that of the error, or 1005 or 1006 (CloseCode); 0 while the connection is open.
    std::uint16_t close_code() const { return close_code_; }
    /// The peer's reason.
    const std::string& close_reason() const { return close_reason_; }

private:
    Step fail(std::error_code error, std::size_t input_size, Buffer& output);

    bool answers_pings_;
    bool close_sent_ = false;
    bool close_received_ = false;
    bool is_failed_ = false;
    bool is_cut_ = false;
    std::uint16_t close_code_ = 0;
    std::error_code failure_;
    std::string close_reason_;
    Receiver receiver_;
    Sender sender_;
};

}  // namespace indrik::websocket
