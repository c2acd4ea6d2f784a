#pragma once
// Reads the body of the message whose head was just parsed, off its connection.
//
// The first pieces are views into the connection's input buffer, behind the head, which stays where it is because the head's
// fields point into it. Later pieces are received into a buffer of the reader's own. What follows the body there is given
// back to the connection as the beginning of the next message.

#include <cstddef>
#include <cstdint>
#include <memory>

#include "indrik/core/buffer.hpp"
#include "indrik/core/result.hpp"
#include "indrik/http/chunked.hpp"
#include "indrik/http/message.hpp"
#include "indrik/net/byte_source.hpp"

namespace indrik::http1 {

class Connection;

class BodyReader final : public net::ByteSource {
public:
    static constexpr std::size_t kPieceBytes = 64 * 1024;

    /// Starts on the body of `head`, whose first bytes may wait in `input` from `offset` on.
    /// Lifetime: all three stay until finish() or reset().
    void begin(Connection& connection,
               const http::RequestHead& head,
               Buffer& input,
               std::size_t offset) {
        connection_ = &connection;
        input_ = &input;
        offset_ = offset;
        if (head.framing != http::BodyFraming::None) begin_body(head);
    }

    Task<std::string_view> read_some() override;
    bool at_end() const override { return at_end_; }
    /// A piece that needs no waiting; nothing if there is none, or at the end. Errors: http::Error
    Result<std::string_view> try_read_some();

    /// Takes in what has arrived of the body without keeping it. True if the body then is at its end, or is known to end after
    /// at most `limit_bytes` more, so that reading on is cheaper than a new connection.
    bool skip_received(std::uint64_t limit_bytes) { return at_end_ || skip_pieces(limit_bytes); }
    /// What has arrived behind the head of a message without a body.
    std::string_view unread() const { return input_->view().substr(offset_); }
    /// Whether bytes have arrived that are not part of this body.
    bool has_more_input() const;
    /// Why the last read_some() threw; no error if it did not.
    std::error_code failure() const { return failure_; }

    /// The trailers of a chunked body. REQUIRES: at_end()
    const http::Headers& trailers() const;

    /// Ends the message: drops head and body from `input`, so that it begins with the next message. REQUIRES: at_end()
    void finish() {
        if (has_body_) finish_body();
        input_->consume(offset_);
        input_ = nullptr;
    }
    /// Forgets the message.
    void reset() {
        if (has_body_) reset_body();
        input_ = nullptr;
    }

private:
    void begin_body(const http::RequestHead& head);
    bool skip_pieces(std::uint64_t limit_bytes);
    void finish_body();
    void reset_body();
    Result<std::string_view> take(std::string_view available);
    [[noreturn]] void fail(std::error_code why);

    Connection* connection_ = nullptr;
    Buffer* input_ = nullptr;
    std::size_t offset_ =
        0;  // consumed bytes of the buffer being read: of *input_, or of received_
    // As long as there is no body these are untouched.
    bool has_body_ = false;
    bool in_received_ = false;
    bool at_end_ = true;
    bool continue_wanted_ = false;  // the peer waits for 100 (Continue)
    bool is_chunked_ = false;
    std::uint64_t remaining_ = 0;
    std::error_code failure_;
    Buffer received_;
    std::unique_ptr<http::ChunkedDecoder> decoder_;  // since the first chunked body
};

}  // namespace indrik::http1
