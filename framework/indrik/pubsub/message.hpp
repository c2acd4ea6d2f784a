#pragma once
// What is published: bytes for a topic, made once and shared by all who get them.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "indrik/websocket/shared_message.hpp"

namespace indrik::pubsub {

/// A handle of two pointers: copies are the same message, which does not change. For one loop only.
class Message {
public:
    using Type = websocket::MessageType;

    static constexpr std::size_t kMaxTopicBytes = 512;
    static constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;

    /// Errors: std::invalid_argument for a topic that is empty or too long; std::length_error for more than kMaxBytes.
    Message(Type type, std::string_view topic, std::string_view data);
    static Message text(std::string_view topic, std::string_view text) {
        return Message(Type::Text, topic, text);
    }
    static Message binary(std::string_view topic, std::string_view bytes) {
        return Message(Type::Binary, topic, bytes);
    }

    const std::string& topic() const { return *topic_; }
    Type type() const { return frame_->type(); }
    bool is_text() const { return type() == Type::Text; }
    std::string_view data() const { return frame_->payload(); }
    /// For WebSockets.
    const std::shared_ptr<const websocket::SharedMessage>& frame() const { return frame_; }

private:
    std::shared_ptr<const std::string> topic_;
    std::shared_ptr<const websocket::SharedMessage> frame_;
};

/// Errors: std::invalid_argument if no topic, or pattern, can be called so.
void check_topic(std::string_view topic);

}  // namespace indrik::pubsub
