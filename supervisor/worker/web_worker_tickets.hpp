#pragma once
// The keys of session tickets, which all workers have at the same time without telling each other.
//
// The master makes a secret before its first fork, or is given it by the master whose place it takes. Every twelve hours, by the clock, a worker takes the next secret from the
// present one, a hash away, and forgets the present one. So workers of every generation come to the same keys, and who breaks
// into a worker learns nothing of tickets that are older than a day.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/core/task.hpp"
#include "indrik/net/tls_context.hpp"

namespace indrik::supervisor {

class TicketKeyring {
public:
    using TimePoint = std::chrono::system_clock::time_point;

    /// Takes a secret from the system's generator, without OpenSSL. Errors: std::system_error.
    explicit TicketKeyring(TimePoint now = std::chrono::system_clock::now());

    /// The key of the time and, if the ring knows it, the one before. Time does not go back: what was forgotten stays so.
    net::TicketKeys keys_at(TimePoint now);
    /// When keys_at() will have another key.
    TimePoint next_change() const;

    /// All of it but the key before, for a master that takes this one's place. Secret: to be wiped.
    std::string save() const;
    /// Takes what save() has made in the place of its own secret. False: it is nothing of that kind.
    bool restore(std::string_view saved);

private:
    void move_on();
    net::TicketKey present_key() const;

    std::array<char, 32> secret_;
    std::int64_t epoch_;  // which lifetime of a key, since 1970
    std::optional<net::TicketKey> previous_;
};

/// Keeps the context's keys current until it is cancelled. Lifetime: `context` and `keyring` outlive the task.
Task<> rotate_ticket_keys(net::TLSContext& context, TicketKeyring& keyring);

}  // namespace indrik::supervisor
