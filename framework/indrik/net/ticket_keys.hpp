#pragma once
// The keys that session tickets are sealed with (RFC 5077, RFC 8446 section 4.6.1).
//
// A ticket is a session that the client keeps, sealed by the server; whoever has the key can open it. So all workers are given
// the same keys, and the keys are replaced from time to time, for a stolen one opens what was recorded before (in TLS 1.2).
// New tickets are sealed with the current key, those of the previous ones are still opened.
//
//   TicketKeys keys(TicketKey::random());         // the master; plain bytes, which may lie in shared memory
//   keys.rotate(TicketKey::random());             // every few hours
//   context->set_ticket_keys(keys);               // each worker

#include <array>
#include <cstddef>
#include <span>

namespace indrik::net {

/// One key: 80 random bytes, of which the first 16 are its name in tickets. Value type.
struct TicketKey {
    static constexpr std::size_t kNameBytes = 16;

    std::array<unsigned char, kNameBytes> name;
    std::array<unsigned char, 32> mac_key;     // HMAC-SHA256
    std::array<unsigned char, 32> cipher_key;  // AES-256-CBC

    /// Errors: std::system_error if the system has no random bytes to give.
    static TicketKey random();
    bool operator==(const TicketKey&) const = default;
};

/// The current key and up to two previous ones. Trivially copyable: processes may hand it on as bytes.
class TicketKeys {
public:
    static constexpr std::size_t kMaxKeys = 3;

    explicit TicketKeys(const TicketKey& current) : keys_{current}, size_(1) {}

    /// `next` becomes current; the oldest is forgotten if there are more than kMaxKeys.
    void rotate(const TicketKey& next);
    const TicketKey& current() const { return keys_[0]; }
    /// The key of that name, or null. REQUIRES: kNameBytes bytes
    const TicketKey* find(const unsigned char* name) const;
    std::span<const TicketKey> keys() const { return {keys_.data(), size_}; }

private:
    std::array<TicketKey, kMaxKeys> keys_;
    std::size_t size_;
};

}  // namespace indrik::net
