#include "indrik/web/middlewares/rate_table.hpp"

#include <bit>
#include <cstring>
#include <stdexcept>

namespace indrik::web {
namespace {

using std::chrono::microseconds;

// A word: 20 bits of tag, never 0, and 44 bits of time in microseconds, which wrap after 203 days.
constexpr unsigned kTimeBits = 44;
constexpr std::uint64_t kTimeMask = (std::uint64_t{1} << kTimeBits) - 1;
constexpr std::uint64_t kHalf = std::uint64_t{1} << (kTimeBits - 1);
constexpr std::uint64_t kMaxPeriod = std::uint64_t{30} * 24 * 3600 * 1'000'000;
static_assert(kMaxPeriod < kHalf);

std::uint64_t tag_of(std::uint64_t hash) {
    const std::uint64_t tag = hash >> kTimeBits;
    return (tag == 0 ? 1 : tag) << kTimeBits;
}

/// How far a word's time is in the future; 0 if it has passed.
std::uint64_t time_ahead(std::uint64_t word, std::uint64_t now) {
    const std::uint64_t distance = (word - now) & kTimeMask;
    return word == 0 || distance >= kHalf ? 0 : distance;
}

struct Place {
    RateTable::Word* word;
    std::uint64_t seen;
    bool is_own;
};

/// The key's word, or the one it may take over: that which is closest to a full bucket.
Place find_place(std::span<RateTable::Word> bucket, std::uint64_t tag, std::uint64_t now) {
    Place best{nullptr, 0, false};
    std::uint64_t best_ahead = 0;
    for (RateTable::Word& word : bucket) {
        const std::uint64_t seen = word.load(std::memory_order_relaxed);
        if ((seen & ~kTimeMask) == tag) return {&word, seen, true};
        const std::uint64_t ahead = time_ahead(seen, now);
        if (best.word == nullptr || ahead < best_ahead) {
            best = {&word, seen, false};
            best_ahead = ahead;
        }
    }
    return best;
}

std::uint64_t read_word(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

}  // namespace

RateRule::RateRule(std::uint32_t count, microseconds period, std::uint32_t burst)
    : count_(count), period_(period), burst_(burst == 0 ? count : burst), interval_(0) {
    if (count == 0) throw std::invalid_argument("rate: the count must be positive");
    if (period.count() < count || static_cast<std::uint64_t>(period.count()) > kMaxPeriod) {
        throw std::invalid_argument(
            "rate: the period must be up to 30 days, and a microsecond or more for each");
    }
    interval_ = period / count;
    if (burst_ * static_cast<std::uint64_t>(interval_.count()) > kMaxPeriod) {
        throw std::invalid_argument("rate: the burst needs more than 30 days to come back");
    }
}

RateDecision RateTable::take(std::uint64_t key_hash, const RateRule& rule, microseconds time) {
    const auto interval = static_cast<std::uint64_t>(rule.interval().count());
    const std::uint64_t whole = interval * rule.burst();
    const std::uint64_t now = static_cast<std::uint64_t>(time.count()) & kTimeMask;
    const std::uint64_t tag = tag_of(key_hash);
    const std::size_t buckets = words_.size() / kWays;
    const std::span<Word> bucket = words_.subspan((key_hash & kTimeMask) % buckets * kWays, kWays);
    for (;;) {
        Place place = find_place(bucket, tag, now);
        std::uint64_t ahead = place.is_own ? time_ahead(place.seen, now) : 0;
        // Further ahead than it could have got: left there before the clock wrapped.
        if (ahead > whole) ahead = 0;
        RateDecision decision;
        if (ahead + interval > whole) {
            decision.is_allowed = false;
            decision.full_after = microseconds(ahead);
            decision.retry_after = microseconds(ahead + interval - whole);
            return decision;
        }
        const std::uint64_t next = tag | ((now + ahead + interval) & kTimeMask);
        if (!place.word->compare_exchange_strong(place.seen, next)) continue;
        decision.remaining = (whole - ahead - interval) / interval;
        decision.full_after = microseconds(ahead + interval);
        return decision;
    }
}

std::uint64_t keyed_hash(std::string_view secret, std::string_view text) {
    const std::uint64_t k0 = read_word(secret.data());
    const std::uint64_t k1 = read_word(secret.data() + 8);
    std::uint64_t v0 = k0 ^ 0x736f6d6570736575;
    std::uint64_t v1 = k1 ^ 0x646f72616e646f6d;
    std::uint64_t v2 = k0 ^ 0x6c7967656e657261;
    std::uint64_t v3 = k1 ^ 0x7465646279746573;
    const auto mix = [&](int rounds) {
        for (; rounds > 0; --rounds) {
            v0 += v1, v1 = std::rotl(v1, 13) ^ v0, v0 = std::rotl(v0, 32);
            v2 += v3, v3 = std::rotl(v3, 16) ^ v2;
            v0 += v3, v3 = std::rotl(v3, 21) ^ v0;
            v2 += v1, v1 = std::rotl(v1, 17) ^ v2, v2 = std::rotl(v2, 32);
        }
    };
    std::uint64_t last = static_cast<std::uint64_t>(text.size()) << 56;
    for (; text.size() >= 8; text.remove_prefix(8)) {
        const std::uint64_t word = read_word(text.data());
        v3 ^= word;
        mix(2);
        v0 ^= word;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        last |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (8 * i);
    }
    v3 ^= last;
    mix(2);
    v0 ^= last;
    v2 ^= 0xff;
    mix(4);
    return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace indrik::web
