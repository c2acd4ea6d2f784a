#include "indrik/websocket/message.hpp"

#include "indrik/json/value.hpp"

namespace indrik::websocket {
namespace {

void require_text(const ReceivedMessage& message) {
    if (!message.is_text()) throw CloseError(CloseCode::UnsupportedData, "not a text message");
}

}  // namespace

const std::string& ReceivedMessage::text() const& {
    require_text(*this);
    return data_;
}

std::string ReceivedMessage::text() && {
    require_text(*this);
    return std::move(data_);
}

boost::json::value ReceivedMessage::json() const {
    Result<json::Value> value = json::parse(data_);
    if (!value) throw CloseError(CloseCode::InvalidData, "not JSON: " + value.error().message());
    return std::move(*value);
}

}  // namespace indrik::websocket
