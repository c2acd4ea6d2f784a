#pragma once
// What can be wrong with a WebSocket peer, and the close codes that say so (RFC 6455 section 7.4).

#include <cstdint>
#include <system_error>

namespace indrik::websocket {

/// Codes of close frames. Applications may use 3000 to 4999 as well.
enum class CloseCode : std::uint16_t {
    Normal = 1000,
    GoingAway = 1001,  // the server retires, or the page is left
    ProtocolError = 1002,
    UnsupportedData = 1003,
    NoStatus = 1005,  // never on the wire: the close frame had no code
    Abnormal = 1006,  // never on the wire: the connection ended without a close frame
    InvalidData = 1007,
    PolicyViolation = 1008,
    MessageTooBig = 1009,
    MandatoryExtension = 1010,  // from clients only: the server did not agree to an extension
    InternalError = 1011,
};

/// Whether a close frame may carry the code.
constexpr bool is_valid_close_code(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1011) ||
           (code >= 3000 && code <= 4999);
}

/// After any of these nothing more of the connection can be trusted: send close_code_of() and end it.
enum class Error {
    UnmaskedFrame = 1,       // from a client
    MaskedFrame,             // from a server
    ReservedBits,            // a bit that no negotiated extension uses
    ReservedOpcode,          // 3 to 7, 11 to 15
    FragmentedControl,       // a ping, pong or close without FIN
    ControlTooLong,          // more than 125 bytes
    BadLength,               // not in the shortest form, or 2^63 and above
    UnexpectedContinuation,  // nothing to continue
    ExpectedContinuation,    // a new message within another one
    BadCloseFrame,           // a payload of one byte
    BadCloseCode,
    BadUTF8,        // in a text or in the reason of a close frame
    MessageTooBig,  // beyond the limit
    BadDeflate,     // compressed data that is none
    // What a client finds wrong with the answer to its handshake:
    NotSwitched,          // not 101, or without the fields that go with it
    BadAccept,            // Sec-WebSocket-Accept does not answer the key
    UnofferedProtocol,    // a subprotocol that was not offered, or several
    UnofferedExtension,   // an extension or parameter that was not offered
    MalformedExtensions,  // a Sec-WebSocket-Extensions field that cannot be read
};

const std::error_category& error_category();
std::error_code make_error_code(Error error);

/// The code that the peer is told.
CloseCode close_code_of(Error error);
/// The same for any code; CloseCode::ProtocolError for those of other categories.
CloseCode close_code_of(const std::error_code& code);

}  // namespace indrik::websocket

template <>
struct std::is_error_code_enum<indrik::websocket::Error> : std::true_type {};
