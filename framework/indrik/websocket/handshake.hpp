#pragma once
// The opening handshake (RFC 6455 section 4), as functions of heads.
//
//   auto answer = answer_handshake(request_head, HandshakeOptions().protocols("chat"));
//   if (answer.refusal) respond(answer.refusal->status, answer.refusal->reason);
//   else respond(http::Status::SwitchingProtocols, answer.fields());

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/result.hpp"
#include "indrik/http/message.hpp"
#include "indrik/http/status.hpp"
#include "indrik/websocket/deflate_agreement.hpp"

namespace indrik::websocket {

/// What either end is willing to speak.
struct HandshakeOptions {
    std::vector<std::string> protocols;     // subprotocols, the client's order counts
    std::optional<DeflateOptions> deflate;  // none: no compression
};

/// Why a handshake is refused, for a response with that status and text.
struct HandshakeRefusal {
    http::Status status = http::Status::BadRequest;
    std::string reason;

    /// What the response has to say besides: of a 426 which protocol and version it must be.
    http::Headers fields() const;
};

/// What both ends have agreed on.
struct Agreement {
    std::string protocol;  // "" if none
    std::optional<DeflateAgreement> deflate;
};

/// A server's answer. Value type.
struct ServerHandshake {
    std::optional<HandshakeRefusal> refusal;  // if there is one, the rest is empty
    Agreement agreement;
    std::string accept;      // Sec-WebSocket-Accept
    std::string extensions;  // Sec-WebSocket-Extensions; "" if none

    /// The fields of the 101, but for Connection, which goes with the status.
    http::Headers fields() const;
};

/// Judges a request. Its origin is for others to judge.
ServerHandshake answer_handshake(const http::RequestHead& request, const HandshakeOptions& options);

/// Whether a browser's request comes from a page of the same host; also if there is no Origin field, because then it comes from no
/// page at all. `scheme` and `host` are what the client used.
bool is_same_origin(std::string_view origin, std::string_view scheme, std::string_view host);

/// The client's side: made before the request, asked about the response.
class ClientHandshake {
public:
    /// Errors: as fill_random(); std::invalid_argument for a subprotocol that is no token.
    explicit ClientHandshake(HandshakeOptions options);

    const std::string& key() const { return key_; }
    /// What the request says besides Host and the application's fields.
    http::Headers fields() const;
    /// Judges the response. Errors: NotSwitched, BadAccept, UnofferedProtocol, UnofferedExtension, MalformedExtensions
    Result<Agreement> check(http::Status status, const http::Headers& response) const;

private:
    HandshakeOptions options_;
    std::string key_;
};

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string accept_of(std::string_view key);

}  // namespace indrik::websocket
