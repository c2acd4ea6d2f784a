#include "indrik/websocket/shared_message.hpp"

#include <memory>
#include <utility>

#include "indrik/core/buffer.hpp"
#include "indrik/websocket/frame.hpp"

namespace indrik::websocket {
namespace {

/// Returns the size of its header.
std::size_t make_frame(std::string& frame,
                       MessageType type,
                       std::string_view payload,
                       bool is_compressed) {
    FrameHeader header;
    header.opcode = type == MessageType::Text ? Opcode::Text : Opcode::Binary;
    header.is_compressed = is_compressed;
    header.length_bytes = payload.size();
    Buffer bytes;
    append_frame_header(bytes, header);
    frame.reserve(bytes.size() + payload.size());
    frame = bytes.view();
    frame += payload;
    return bytes.size();
}

}  // namespace

SharedMessage::SharedMessage(MessageType type, std::string_view payload) : type_(type) {
    header_bytes_ = make_frame(frame_, type, payload, false);
}

std::string_view SharedMessage::compressed_frame(int window_bits,
                                                 int level,
                                                 CodecPool& pool) const {
    for (const auto& known : compressed_) {
        if (known->window_bits == window_bits && known->level == level) return known->frame;
    }
    auto made = std::make_unique<Compressed>();
    made->window_bits = window_bits;
    made->level = level;
    std::unique_ptr<Deflater> deflater = pool.borrow_deflater(window_bits, level);
    Buffer& compressed = pool.buffer();
    deflater->compress(payload(), compressed, true);
    pool.give_back(std::move(deflater));
    if (compressed.size() < payload().size())
        make_frame(made->frame, type_, compressed.view(), true);
    compressed_.push_back(std::move(made));
    return compressed_.back()->frame;
}

}  // namespace indrik::websocket
