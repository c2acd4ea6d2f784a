#pragma once
// What comes out of a WebSocket: a message, or a piece of one.

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/json/fwd.hpp>

#include "indrik/websocket/errors.hpp"

namespace indrik::websocket {

enum class ReceivedType : std::uint8_t { Text, Binary, Ping, Pong };

/// Value type.
class ReceivedMessage {
public:
    ReceivedMessage(ReceivedType type, std::string data, bool is_last = true)
        : data_(std::move(data)), type_(type), is_last_(is_last) {}

    ReceivedType type() const { return type_; }
    bool is_text() const { return type_ == ReceivedType::Text; }
    bool is_binary() const { return type_ == ReceivedType::Binary; }
    /// Of a piece: whether the message ends with it.
    bool is_last() const { return is_last_; }

    /// The bytes, whatever the type.
    const std::string& data() const& { return data_; }
    std::string data() && { return std::move(data_); }
    /// The text, which is UTF-8. Errors: CloseError (1003) if it is none.
    const std::string& text() const&;
    std::string text() &&;
    /// Text or bytes as JSON. Errors: CloseError (1007) that says what is wrong where.
    boost::json::value json() const;

private:
    std::string data_;
    ReceivedType type_;
    bool is_last_;
};

/// What a handler throws to end its connection with that code and reason; also what comes of messages that cannot be taken.
class CloseError : public std::runtime_error {
public:
    CloseError(std::uint16_t code, const std::string& reason)
        : std::runtime_error(reason), code_(code) {}
    CloseError(CloseCode code, const std::string& reason)
        : CloseError(static_cast<std::uint16_t>(code), reason) {}
    std::uint16_t code() const { return code_; }

private:
    std::uint16_t code_;
};

}  // namespace indrik::websocket
