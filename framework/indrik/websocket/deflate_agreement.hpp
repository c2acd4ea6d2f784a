#pragma once
// What two peers agree on about compression: the negotiation of permessage-deflate (RFC 7692 section 7.1).
//
// Every offer of window bits is honoured, 8 included. zlib's inflate reads such streams; its deflate begins at 9 bits, but never
// refers back further than the window less 262 bytes, which for 9 bits is 250: its streams fit a window of 256 bytes, that of 8
// bits.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "indrik/core/result.hpp"
#include "indrik/websocket/extensions.hpp"

namespace indrik::websocket {

inline constexpr int kMinWindowBits = 8;
inline constexpr int kMaxWindowBits = 15;

/// What we are willing to do, whichever end we are.
struct DeflateOptions {
    // Whether messages may refer to earlier ones: better compression, but memory between messages.
    bool context_takeover = true;
    int max_window_bits = kMaxWindowBits;
    // What compressor and decompressor of one connection may hold between messages. A server agrees to smaller windows to keep to it,
    // and to no takeover if that is not enough; then connections hold nothing, and share what the CodecPool has.
    std::size_t memory_budget_bytes = 64 * 1024;
    int level = 1;                        // zlib's, 1 to 9
    std::size_t min_message_bytes = 256;  // smaller messages are sent as they are
};

/// The four parameters, as they hold for a connection.
struct DeflateAgreement {
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    int server_max_window_bits = kMaxWindowBits;
    int client_max_window_bits = kMaxWindowBits;

    bool operator==(const DeflateAgreement&) const = default;
};

/// A server's answer to an offer.
struct DeflateResponse {
    DeflateAgreement agreement;
    std::string extension;  // for Sec-WebSocket-Extensions
};

/// Takes the first of the offers that can be taken. An offer with an unknown, repeated or malformed parameter is declined. Nothing
/// if there is none to take.
std::optional<DeflateResponse> answer_deflate_offers(const std::vector<Extension>& offers,
                                                     const DeflateOptions& options);

/// A client's offer, for Sec-WebSocket-Extensions.
std::string format_deflate_offer(const DeflateOptions& options);
/// What the server made of it; nothing if it wants no compression. Errors: UnofferedExtension for what was not offered.
Result<std::optional<DeflateAgreement>> read_deflate_answer(const std::vector<Extension>& answer,
                                                            const DeflateOptions& options);

/// zlib's memory for a window. Units: bytes.
std::size_t deflate_memory_bytes(int window_bits);
std::size_t inflate_memory_bytes(int window_bits);
/// zlib's memLevel that goes with a window: their tables are about as large as each other.
int deflate_memory_level(int window_bits);

}  // namespace indrik::websocket
