#include "supervisor/worker/web_worker_tickets.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

#include <string.h>
#include <sys/random.h>

#include "indrik/core/crypto.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/net/ticket_keys.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

constexpr auto kKeyLifetime = 12h;

std::int64_t epoch_of(system_clock::time_point now) {
    return now.time_since_epoch() / kKeyLifetime;
}

template <class Bytes>
void derive(Bytes& out, std::string_view secret, std::string_view purpose) {
    static_assert(sizeof(Bytes) <= 32, "one SHA-256");
    std::string bytes = hmac(DigestAlgorithm::SHA256, secret, purpose);
    std::copy_n(bytes.begin(), out.size(), out.begin());
    ::explicit_bzero(bytes.data(), bytes.size());
}

}  // namespace

TicketKeyring::TicketKeyring(TimePoint now) : epoch_(epoch_of(now)) {
    if (::getrandom(secret_.data(), secret_.size(), 0) != static_cast<ssize_t>(secret_.size())) {
        throw std::system_error(errno, std::generic_category(), "getrandom");
    }
}

net::TicketKeys TicketKeyring::keys_at(TimePoint now) {
    for (const std::int64_t epoch = epoch_of(now); epoch_ < epoch;) move_on();
    if (!previous_) return net::TicketKeys(present_key());
    net::TicketKeys keys(*previous_);
    keys.rotate(present_key());
    return keys;
}

TicketKeyring::TimePoint TicketKeyring::next_change() const {
    return TimePoint((epoch_ + 1) * kKeyLifetime);
}

std::string TicketKeyring::save() const {
    std::string saved(sizeof epoch_ + secret_.size(), '\0');
    std::memcpy(saved.data(), &epoch_, sizeof epoch_);
    std::ranges::copy(secret_, saved.begin() + sizeof epoch_);
    return saved;
}

bool TicketKeyring::restore(std::string_view saved) {
    if (saved.size() != sizeof epoch_ + secret_.size()) return false;
    std::memcpy(&epoch_, saved.data(), sizeof epoch_);
    std::ranges::copy(saved.substr(sizeof epoch_), secret_.begin());
    previous_.reset();
    return true;
}

void TicketKeyring::move_on() {
    previous_ = present_key();
    derive(secret_, {secret_.data(), secret_.size()}, "indrik ticket next");
    ++epoch_;
}

net::TicketKey TicketKeyring::present_key() const {
    const std::string_view secret(secret_.data(), secret_.size());
    net::TicketKey key;
    derive(key.name, secret, "indrik ticket name");
    derive(key.mac_key, secret, "indrik ticket authentication");
    derive(key.cipher_key, secret, "indrik ticket encryption");
    return key;
}

Task<> rotate_ticket_keys(net::TLSContext& context, TicketKeyring& keyring) {
    for (;;) {
        const auto now = system_clock::now();
        context.set_ticket_keys(keyring.keys_at(now));
        co_await sleep_for(std::max<system_clock::duration>(keyring.next_change() - now, 1s));
    }
}

}  // namespace indrik::supervisor
