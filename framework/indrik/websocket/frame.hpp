#pragma once
// The header of a frame (RFC 6455 section 5.2).
//
//   FrameHeader header;
//   auto size = parse_frame_header(bytes, FrameRules(Role::Server), header);
//   if (!size) fail(size.error());
//   if (*size == 0) read_more();                   // at most kMaxFrameHeaderBytes are needed

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "indrik/core/buffer.hpp"
#include "indrik/core/result.hpp"
#include "indrik/websocket/errors.hpp"

namespace indrik::websocket {

/// Whose end of the connection this is: a client masks what it sends, a server does not.
enum class Role : std::uint8_t { Server, Client };

enum class Opcode : std::uint8_t {
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
};

constexpr bool is_control(Opcode opcode) {
    return (static_cast<std::uint8_t>(opcode) & 8) != 0;
}

using MaskKey = std::array<char, 4>;

inline constexpr std::size_t kMaxFrameHeaderBytes = 14;
inline constexpr std::size_t kMaxControlBytes = 125;

struct FrameHeader {
    Opcode opcode = Opcode::Continuation;
    bool is_final = true;
    bool is_compressed = false;  // RSV1, as permessage-deflate uses it
    bool is_masked = false;
    MaskKey mask_key{};
    std::uint64_t length_bytes = 0;
};

/// What a receiver accepts.
struct FrameRules {
    explicit FrameRules(Role own_role, bool accepts_compression = false)
        : role(own_role), allows_compression(accepts_compression) {}
    Role role;
    bool allows_compression;
};

/// Takes a header off the front of `bytes`. Returns its size, or 0 if it is not complete. What cannot become right is refused with
/// its first bytes. Whether a continuation is due is not judged here. Errors: Error
Result<std::size_t> parse_frame_header(std::string_view bytes,
                                       const FrameRules& rules,
                                       FrameHeader& header);

/// Appends a header.
void append_frame_header(Buffer& out, const FrameHeader& header);

}  // namespace indrik::websocket
