#include "indrik/websocket/sender.hpp"

#include <array>
#include <cassert>
#include <cstring>

namespace indrik::websocket {

namespace {

Opcode opcode_of(MessageType type) {
    return type == MessageType::Text ? Opcode::Text : Opcode::Binary;
}

/// At most `size` bytes, and no part of a character at the end.
std::string_view cut_text(std::string_view text, std::size_t size) {
    if (text.size() <= size) return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
    return text.substr(0, size);
}

}  // namespace

Sender::Sender(Role role,
               const std::optional<DeflateAgreement>& deflate,
               const DeflateOptions& options,
               CodecPool* pool)
    : role_(role),
      level_(options.level),
      min_compressed_bytes_(options.min_message_bytes),
      pool_(pool) {
    if (role == Role::Client) mask_keys_ = std::make_unique<MaskKeys>();
    if (!deflate) return;
    const bool is_server = role == Role::Server;
    keeps_context_ =
        is_server ? !deflate->server_no_context_takeover : !deflate->client_no_context_takeover;
    window_bits_ = static_cast<std::uint8_t>(is_server ? deflate->server_max_window_bits
                                                       : deflate->client_max_window_bits);
}

bool Sender::wants_compression(std::size_t size_bytes, Compress compress) const {
    if (window_bits_ == 0 || compress == Compress::Never) return false;
    return compress == Compress::Always || size_bytes >= min_compressed_bytes_;
}

bool Sender::sends_verbatim(std::size_t size_bytes, Compress compress) const {
    return role_ == Role::Server && !wants_compression(size_bytes, compress);
}

void Sender::frame(Buffer& out, FrameHeader header, std::string_view payload) {
    header.length_bytes = payload.size();
    header.is_masked = role_ == Role::Client;
    if (header.is_masked) header.mask_key = mask_keys_->next();
    out.prepare(kMaxFrameHeaderBytes + payload.size());
    append_frame_header(out, header);
    out.append(payload);
    if (header.is_masked) {
        const std::size_t before = out.size() - payload.size();
        apply_mask(std::span<char>(out.data() + before, payload.size()), header.mask_key);
    }
}

void Sender::message(Buffer& out, MessageType type, std::string_view payload, Compress compress) {
    assert(!is_in_message_);
    FrameHeader header;
    header.opcode = opcode_of(type);
    if (wants_compression(payload.size(), compress)) {
        const std::string_view compressed = deflate(payload, true);
        // With a context the peer must see what went into it.
        if (keeps_context_ || compressed.size() < payload.size()) {
            header.is_compressed = true;
            payload = compressed;
        }
    }
    frame(out, header, payload);
}

void Sender::message_header(Buffer& out, MessageType type, std::size_t size_bytes) {
    assert(!is_in_message_);
    FrameHeader header;
    header.opcode = opcode_of(type);
    header.length_bytes = size_bytes;
    append_frame_header(out, header);
}

std::string_view Sender::shared_frame(const SharedMessage& message, Compress compress) {
    assert(!is_in_message_ && role_ == Role::Server);
    if (!wants_compression(message.payload().size(), compress)) return message.frame();
    const std::string_view frame = message.compressed_frame(window_bits_, level_, *pool_);
    if (frame.empty()) return message.frame();
    // The peer's window has this message in it, our context has not: it starts anew.
    if (deflater_) pool_->give_back(std::move(deflater_));
    return frame;
}

void Sender::begin_message(MessageType type, Compress compress) {
    assert(!is_in_message_);
    is_in_message_ = true;
    is_first_piece_ = true;
    type_ = type;
    is_compressed_ = window_bits_ != 0 && compress != Compress::Never;
}

void Sender::piece(Buffer& out, std::string_view bytes, bool is_last) {
    assert(is_in_message_);
    if (bytes.empty() && !is_last) return;
    FrameHeader header;
    header.opcode = is_first_piece_ ? opcode_of(type_) : Opcode::Continuation;
    header.is_compressed = is_first_piece_ && is_compressed_;
    header.is_final = is_last;
    if (is_compressed_) bytes = deflate(bytes, is_last);
    frame(out, header, bytes);
    is_first_piece_ = false;
    if (is_last) is_in_message_ = false;
}

/// Lifetime of the result: until the pool's buffer is used again.
std::string_view Sender::deflate(std::string_view bytes, bool is_last) {
    if (!deflater_) deflater_ = pool_->borrow_deflater(window_bits_, level_);
    Buffer& compressed = pool_->buffer();
    deflater_->compress(bytes, compressed, is_last);
    if (is_last && !keeps_context_) pool_->give_back(std::move(deflater_));
    return compressed.view();
}

void Sender::control(Buffer& out, Opcode opcode, std::string_view payload) {
    FrameHeader header;
    header.opcode = opcode;
    frame(out, header, payload.substr(0, kMaxControlBytes));
}

void Sender::close(Buffer& out, std::uint16_t code, std::string_view reason) {
    if (!is_valid_close_code(code)) return control(out, Opcode::Close, {});
    std::array<char, kMaxControlBytes> payload;
    payload[0] = static_cast<char>(static_cast<unsigned char>(code >> 8));
    payload[1] = static_cast<char>(static_cast<unsigned char>(code & 0xff));
    reason = cut_text(reason, payload.size() - 2);
    if (!reason.empty()) std::memcpy(payload.data() + 2, reason.data(), reason.size());
    control(out, Opcode::Close, std::string_view(payload.data(), reason.size() + 2));
}

}  // namespace indrik::websocket
