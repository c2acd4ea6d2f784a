#include "indrik/net/ticket_keys.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <type_traits>

#include <openssl/rand.h>

#include "indrik/net/tls_error.hpp"

namespace indrik::net {

static_assert(std::is_trivially_copyable_v<TicketKeys> && sizeof(TicketKey) == 80);

TicketKey TicketKey::random() {
    TicketKey key;
    const bool is_filled =
        ::RAND_bytes(key.name.data(), static_cast<int>(key.name.size())) == 1 &&
        ::RAND_priv_bytes(key.mac_key.data(), static_cast<int>(key.mac_key.size())) == 1 &&
        ::RAND_priv_bytes(key.cipher_key.data(), static_cast<int>(key.cipher_key.size())) == 1;
    if (!is_filled) throw std::system_error(tls::take_error(), "cannot make a ticket key");
    return key;
}

void TicketKeys::rotate(const TicketKey& next) {
    std::shift_right(keys_.begin(), keys_.end(), 1);
    keys_[0] = next;
    size_ = std::min(size_ + 1, kMaxKeys);
}

const TicketKey* TicketKeys::find(const unsigned char* name) const {
    for (const TicketKey& key : keys()) {
        if (std::memcmp(key.name.data(), name, TicketKey::kNameBytes) == 0) return &key;
    }
    return nullptr;
}

}  // namespace indrik::net
