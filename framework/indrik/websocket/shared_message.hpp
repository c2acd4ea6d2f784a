#pragma once
// A message that a server sends to many: framed once, and compressed once for all connections that agreed to the same compression.
//
//   auto message = std::make_shared<const SharedMessage>(MessageType::Text, "to all of you");
//   for (Sender& sender : senders) write(sender.shared_frame(*message));

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/websocket/deflate.hpp"
#include "indrik/websocket/receiver.hpp"

namespace indrik::websocket {

/// Not changed once it is made, but for frames that are added when they are first asked for: for one loop only.
class SharedMessage {
public:
    SharedMessage(MessageType type, std::string_view payload);
    SharedMessage(const SharedMessage&) = delete;
    SharedMessage& operator=(const SharedMessage&) = delete;

    MessageType type() const { return type_; }
    std::string_view payload() const { return std::string_view(frame_).substr(header_bytes_); }
    /// As it is sent without compression.
    std::string_view frame() const { return frame_; }
    /// As it is sent compressed, without reference to earlier messages; "" if that would not be shorter. Lifetime: the message's.
    std::string_view compressed_frame(int window_bits, int level, CodecPool& pool) const;
    /// How often it has been compressed.
    std::size_t compressions() const { return compressed_.size(); }

private:
    struct Compressed {
        int window_bits;
        int level;
        std::string frame;
    };

    MessageType type_;
    std::size_t header_bytes_ = 0;
    std::string frame_;
    mutable std::vector<std::unique_ptr<Compressed>> compressed_;  // views of their frames stay
};

using SharedMessagePointer = std::shared_ptr<const SharedMessage>;

}  // namespace indrik::websocket
