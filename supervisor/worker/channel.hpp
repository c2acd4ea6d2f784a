#pragma once
// What the master tells one of its workers beyond signals: a socket pair made before the fork, a few typed messages,
// descriptors beside them (SCM_RIGHTS).
//
//   auto [ours, theirs] = make_channel();
//   send_message(ours.get(), {ChannelMessage::ServeSlot, 3}, sockets_of_slot_3);    // never waits

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/system/passed_descriptors.hpp"

namespace indrik::supervisor {

struct ChannelMessage {
    enum Kind : std::uint32_t {
        ServeSlot,  // accept from these sockets too, which are another slot's
        LeaveSlot   // no more: accept what waits in that slot's sockets, then close them
    };
    Kind kind;
    std::uint32_t slot;
};

/// The two ends; packets are kept whole and in order. Errors: std::system_error.
std::pair<UniqueFd, UniqueFd> make_channel();

inline constexpr std::size_t kMostSocketsInMessage = kMostPassed;

/// False when the other end is gone or has not read for long. REQUIRES: at most kMostSocketsInMessage
bool send_message(int channel, ChannelMessage message, std::span<const int> sockets = {});

struct ReceivedMessage {
    ChannelMessage message;
    std::vector<UniqueFd> sockets;
};
/// Without waiting; nothing: no message now, or, if `is_over`, never again.
std::optional<ReceivedMessage> receive_message(int channel, bool& is_over);

}  // namespace indrik::supervisor
