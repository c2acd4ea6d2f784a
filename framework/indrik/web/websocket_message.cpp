#include "indrik/web/websocket_message.hpp"

#include "indrik/json/value.hpp"

namespace indrik::web {
namespace {

using websocket::CloseCode;

void require_text(const WebSocketMessage& message) {
    if (!message.is_text()) throw WebSocketError(CloseCode::UnsupportedData, "not a text message");
}

}  // namespace

const std::string& WebSocketMessage::text() const& {
    require_text(*this);
    return data_;
}

std::string WebSocketMessage::text() && {
    require_text(*this);
    return std::move(data_);
}

boost::json::value WebSocketMessage::json() const {
    Result<json::Value> value = json::parse(data_);
    if (!value)
        throw WebSocketError(CloseCode::InvalidData, "not JSON: " + value.error().message());
    return std::move(*value);
}

}  // namespace indrik::web
