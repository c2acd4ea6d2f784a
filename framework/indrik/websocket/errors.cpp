#include "indrik/websocket/errors.hpp"

#include <string>

namespace indrik::websocket {

namespace {

const char* describe(Error error) {
    switch (error) {
        case Error::UnmaskedFrame:
            return "a frame of a client without a mask";
        case Error::MaskedFrame:
            return "a frame of a server with a mask";
        case Error::ReservedBits:
            return "reserved bits without an extension that uses them";
        case Error::ReservedOpcode:
            return "reserved opcode";
        case Error::FragmentedControl:
            return "fragmented control frame";
        case Error::ControlTooLong:
            return "control frame of more than 125 bytes";
        case Error::BadLength:
            return "malformed frame length";
        case Error::UnexpectedContinuation:
            return "continuation of no message";
        case Error::ExpectedContinuation:
            return "a new message before the end of the last one";
        case Error::BadCloseFrame:
            return "close frame of one byte";
        case Error::BadCloseCode:
            return "invalid close code";
        case Error::BadUTF8:
            return "text that is not UTF-8";
        case Error::MessageTooBig:
            return "message too big";
        case Error::BadDeflate:
            return "malformed compressed message";
        case Error::NotSwitched:
            return "the server does not switch to WebSocket";
        case Error::BadAccept:
            return "the server's Sec-WebSocket-Accept does not match the key";
        case Error::UnofferedProtocol:
            return "the server chose a subprotocol that was not offered";
        case Error::UnofferedExtension:
            return "the server chose an extension that was not offered";
        case Error::MalformedExtensions:
            return "malformed Sec-WebSocket-Extensions";
    }
    return "unknown WebSocket error";
}

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "indrik.websocket"; }
    std::string message(int value) const override { return describe(static_cast<Error>(value)); }
};

}  // namespace

const std::error_category& error_category() {
    static const Category category;
    return category;
}

std::error_code make_error_code(Error error) {
    return {static_cast<int>(error), error_category()};
}

CloseCode close_code_of(Error error) {
    switch (error) {
        case Error::BadUTF8:
        case Error::BadDeflate:
            return CloseCode::InvalidData;
        case Error::MessageTooBig:
            return CloseCode::MessageTooBig;
        case Error::UnofferedExtension:
            return CloseCode::MandatoryExtension;
        default:
            return CloseCode::ProtocolError;
    }
}

CloseCode close_code_of(const std::error_code& code) {
    if (code.category() != error_category()) return CloseCode::ProtocolError;
    return close_code_of(static_cast<Error>(code.value()));
}

}  // namespace indrik::websocket
