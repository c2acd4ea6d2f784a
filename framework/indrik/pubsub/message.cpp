#include "indrik/pubsub/message.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace indrik::pubsub {

void check_topic(std::string_view topic) {
    if (topic.empty()) throw std::invalid_argument("a topic needs a name");
    if (topic.size() > Message::kMaxTopicBytes) {
        throw std::invalid_argument(fmt::format("the name of a topic has {} bytes; {} are allowed",
                                                topic.size(),
                                                Message::kMaxTopicBytes));
    }
}

Message::Message(Type type, std::string_view topic, std::string_view data) {
    check_topic(topic);
    if (data.size() > kMaxBytes) {
        throw std::length_error(fmt::format(
            "a message of {} bytes cannot be published; {} are allowed", data.size(), kMaxBytes));
    }
    topic_ = std::make_shared<const std::string>(topic);
    frame_ = std::make_shared<const websocket::SharedMessage>(type, data);
}

}  // namespace indrik::pubsub
