#pragma once
// A peer on the wire: frames made by hand, and what a Protocol makes of them as text that can be compared.
//
//   "text(hello) close(1000 bye) -> 8800"
//
// Each piece of a message is joined with the next; what the protocol answers stands behind the arrow as hexadecimal bytes.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/encoding.hpp"
#include "indrik/websocket/protocol.hpp"
#include "tests/support/splits.hpp"

namespace indrik::websocket::tests {

using indrik::tests::Pieces;

inline constexpr MaskKey kKey{'\x37', '\xfa', '\x21', '\x3d'};

struct Frame {
    Frame(Opcode code, std::string text, bool final = true, bool masked = true, unsigned bits = 0)
        : opcode(code),
          payload(std::move(text)),
          is_final(final),
          is_masked(masked),
          reserved(bits) {}
    Opcode opcode;
    std::string payload;
    bool is_final;
    bool is_masked;
    unsigned reserved;  // RSV1 is 4, RSV2 2, RSV3 1
};

/// The frame's bytes; the length in `length_bytes` bytes (1, 2 or 8) if given.
inline std::string wire(const Frame& frame, int length_width = 0) {
    const std::size_t size = frame.payload.size();
    if (length_width == 0) length_width = size < 126 ? 1 : size < 65536 ? 2 : 8;
    const auto byte = [](std::uint64_t value) { return static_cast<char>(value & 0xff); };
    std::string bytes;
    bytes += byte((frame.is_final ? 0x80u : 0u) | frame.reserved << 4 |
                  static_cast<unsigned>(frame.opcode));
    const unsigned mask = frame.is_masked ? 0x80 : 0;
    bytes += byte(mask | (length_width == 1 ? size : length_width == 2 ? 126u : 127u));
    for (int i = length_width; length_width > 1 && i > 0; --i) bytes += byte(size >> (8 * (i - 1)));
    if (!frame.is_masked) return bytes + frame.payload;
    bytes.append(kKey.data(), kKey.size());
    for (std::size_t i = 0; i < size; ++i) {
        bytes += static_cast<char>(frame.payload[i] ^ kKey[i % kKey.size()]);
    }
    return bytes;
}

inline std::string text_frame(std::string payload, bool is_final = true) {
    return wire({Opcode::Text, std::move(payload), is_final});
}
inline std::string continuation(std::string payload, bool is_final = true) {
    return wire({Opcode::Continuation, std::move(payload), is_final});
}
inline std::string ping(std::string payload = {}) {
    return wire({Opcode::Ping, std::move(payload)});
}
inline std::string close_payload(unsigned code, std::string_view reason = {}) {
    std::string payload;
    payload += static_cast<char>(code >> 8);
    payload += static_cast<char>(code & 0xff);
    return payload.append(reason);
}
inline std::string close_frame(unsigned code, std::string_view reason = {}) {
    return wire({Opcode::Close, close_payload(code, reason)});
}

inline std::string bytes(std::string_view hexadecimal) {
    std::string result;
    std::string digits;
    for (const char digit : hexadecimal) {
        if (digit == ' ') continue;
        digits += digit;
        if (digits.size() < 2) continue;
        result += static_cast<char>(std::stoi(digits, nullptr, 16));
        digits.clear();
    }
    return result;
}

struct Terms {
    Terms() = default;
    Role role = Role::Server;
    ProtocolOptions options;
    std::optional<DeflateAgreement> deflate;
};

/// What a protocol makes of the pieces.
inline std::string outcome_of(const Pieces& pieces, const Terms& setup = {}) {
    CodecPool pool;
    Protocol protocol(setup.role, setup.options, setup.deflate, &pool);
    Buffer output;
    std::string events;
    std::string message;
    for (const std::string_view piece : pieces) {
        std::vector<char> copy(piece.begin(), piece.end());
        std::span<char> rest(copy);
        for (;;) {
            const Step step = protocol.receive(rest, output);
            rest = rest.subspan(step.consumed);
            if (step.event == Event::None) break;
            const std::string data(step.data);
            if (step.event == Event::Data) {
                message += data;
                if (!step.ends_message) continue;
                events += step.type == MessageType::Text ? "text(" : "binary(";
                events += (message.size() > 100 ? std::to_string(message.size()) : message) + ") ";
                message.clear();
            } else if (step.event == Event::Ping) {
                events += "ping(" + data + ") ";
            } else if (step.event == Event::Pong) {
                events += "pong(" + data + ") ";
            } else if (step.event == Event::Close) {
                events += "close(" + std::to_string(step.close_code) +
                          (data.empty() ? "" : " " + data) + ") ";
            } else {
                events += "failed(" + std::to_string(protocol.close_code()) + " " +
                          protocol.failure().message() + ") ";
            }
        }
    }
    if (output.empty()) return events;
    return events + "-> " + hex_encode(output.view().substr(0, 40));
}

/// The same, whole, byte by byte and cut at every place.
inline std::string outcome(const std::string& input, const Terms& setup = {}) {
    return indrik::tests::expect_same_in_any_fragmentation(
        input, [&](const Pieces& pieces) { return outcome_of(pieces, setup); });
}

/// Whether the outcome is a failure with that code, told to the peer.
inline bool fails_with(const std::string& result, unsigned code) {
    const std::string number = std::to_string(code);
    const std::string told = hex_encode(close_payload(code));
    return result.find("failed(" + number + " ") != std::string::npos &&
           result.find("-> ") != std::string::npos && result.find(told) != std::string::npos;
}

}  // namespace indrik::websocket::tests
