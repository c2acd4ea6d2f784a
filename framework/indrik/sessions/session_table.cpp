#include "indrik/sessions/session_table.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <system_error>

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

namespace indrik::sessions {
namespace {

constexpr int kPatience = 100'000;  // yields, before a bucket without a free slot is given up
constexpr std::uint64_t kAbandonedSeconds = 600;  // a claim of that age is nobody's
constexpr int kWordBits = 8 * sizeof(std::uint64_t);

// An entry: 1, 23 bits of the identity, 8 bits of the slot's number, 32 bits that count.
constexpr std::uint64_t kPresent = std::uint64_t{1} << (kWordBits - 1);
constexpr int kTagShift = 40;
constexpr int kSlotShift = 32;
constexpr std::uint64_t kTagMask = 0x7fffff;

/// The claim of a slot that was put into an entry. If no entry names it any more, whoever replaced it died just then.
constexpr std::uint64_t kPublished = 1;

std::uint64_t tag_of(const SessionTable::Identity& identity) {
    return kPresent | (identity[2] & kTagMask) << kTagShift;
}
bool has_tag(std::uint64_t word, std::uint64_t tag) {
    return (word & ~((std::uint64_t{1} << kTagShift) - 1)) == tag;
}
std::size_t slot_of(std::uint64_t word) {
    return word >> kSlotShift & 0xff;
}

std::uint64_t now_ns() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);  // the same in all processes
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec);
}

thread_local pid_t own_thread = 0;  // 0: not asked for yet

/// gettid(), which is a system call, once a thread. In a child of fork() the only thread is another one.
pid_t my_thread() {
    if (own_thread != 0) return own_thread;
    static const int registered = ::pthread_atfork(nullptr, nullptr, [] { own_thread = 0; });
    const pid_t thread = ::gettid();
    if (registered == 0) own_thread = thread;
    return thread;
}

/// Who claims, and since when: 32 bits each.
std::uint64_t my_claim() {
    return static_cast<std::uint64_t>(my_thread()) << 32 | (now_ns() / 1'000'000'000 & 0xffffffff);
}
bool is_abandoned(std::uint64_t claim) {
    if (claim == kPublished) return true;
    const auto thread = static_cast<pid_t>(claim >> 32);
    if (thread == my_thread()) return true;  // whoever had our number before
    const std::uint64_t age = (now_ns() / 1'000'000'000 - claim) & 0xffffffff;
    return age > kAbandonedSeconds || (::kill(thread, 0) != 0 && errno == ESRCH);
}

/// Finds what half-written slots hold; not for what somebody wants to look whole. Four chains, because each word of one waits
/// for the word before it.
class CheckSum {
public:
    void add(std::uint64_t word) {
        std::uint64_t& chain = chains_[count_++ % chains_.size()];
        chain = mix(chain, word);
    }
    std::uint64_t value() const {
        std::uint64_t sum = count_;
        for (const std::uint64_t chain : chains_) sum = mix(sum, chain);
        return sum;
    }

private:
    static std::uint64_t mix(std::uint64_t state, std::uint64_t word) {
        state = (state ^ word) * 0x9e3779b97f4a7c15U;
        return state ^ state >> 32;
    }

    std::array<std::uint64_t, 4> chains_{
        0x243f6a8885a308d3U, 0x13198a2e03707344U, 0xa4093822299f31d0U, 0x082efa98ec4e6c89U};
    std::size_t count_ = 0;
};

constexpr std::size_t kWordBytes = sizeof(std::uint64_t);
std::size_t words_of(std::size_t size_bytes) {
    return (size_bytes + kWordBytes - 1) / kWordBytes;
}

std::uint64_t seconds_of(Time time) {
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}
Time time_of(std::uint64_t seconds) {
    return Time(Seconds(static_cast<std::int64_t>(seconds)));
}

}  // namespace

/// A slot of a bucket that no entry names. Free again at the end, unless an entry names it by then.
class SessionTable::Claim {
public:
    explicit Claim(Bucket& bucket) : bucket_(bucket), slot_(take()) {}
    Claim(const Claim&) = delete;
    ~Claim() { change(slot_, mine_, is_published_ ? kPublished : 0); }
    std::size_t slot() const { return slot_; }
    void publish() { is_published_ = true; }

    /// The slot is named by no entry any more. Only then: a late call must not free what is in use again.
    static void free(Bucket& bucket, std::size_t slot) {
        std::uint64_t claim = kPublished;
        bucket.claims[slot].compare_exchange_strong(claim, 0);
    }

private:
    bool change(std::size_t slot, std::uint64_t from, std::uint64_t to) {
        return bucket_.claims[slot].compare_exchange_strong(from, to);
    }
    bool is_named(std::size_t slot) const {
        return std::any_of(
            bucket_.entries.begin(), bucket_.entries.end(), [slot](const Word& word) {
                const std::uint64_t entry = word.load();
                return entry != 0 && slot_of(entry) == slot;
            });
    }
    /// A slot may be named although its claim says that it is free: whoever freed it came late.
    bool try_take(std::size_t slot, std::uint64_t claim) {
        if (!change(slot, claim, mine_)) return false;
        if (!is_named(slot)) return true;
        change(slot, mine_, kPublished);
        return false;
    }

    std::size_t take() {
        for (int left = kPatience; left > 0; --left) {
            for (std::size_t slot = 0; slot < kSlots; ++slot) {
                if (bucket_.claims[slot].load() == 0 && try_take(slot, 0)) return slot;
            }
            for (std::size_t slot = 0; slot < kSlots; ++slot) {
                const std::uint64_t claim = bucket_.claims[slot].load();
                if (claim != 0 && !is_named(slot) && is_abandoned(claim) && try_take(slot, claim))
                    return slot;
            }
            ::sched_yield();
        }
        throw std::system_error(
            EAGAIN, std::generic_category(), "too many save sessions at the same place");
    }

    Bucket& bucket_;
    std::uint64_t mine_ = my_claim();
    std::size_t slot_;
    bool is_published_ = false;
};

std::size_t SessionTable::bucket_count(const Shape& shape) {
    const std::size_t entries = shape.sessions + shape.sessions / 6;
    return std::max<std::size_t>(2, (entries + kEntries - 1) / kEntries);
}

std::size_t SessionTable::slot_bytes(const Shape& shape) {
    constexpr std::size_t kLine = 64;
    return (sizeof(Head) + shape.session_bytes + kLine - 1) / kLine * kLine;
}

std::size_t SessionTable::size_bytes(const Shape& shape) {
    return bucket_count(shape) * (sizeof(Bucket) + kSlots * slot_bytes(shape));
}

SessionTable::SessionTable(std::span<std::byte> memory, const Shape& shape)
    : buckets_(reinterpret_cast<Bucket*>(memory.data())),
      slots_(memory.data() + bucket_count(shape) * sizeof(Bucket)),
      count_(bucket_count(shape)),
      slot_bytes_(slot_bytes(shape)),
      data_bytes_(slot_bytes_ - sizeof(Head)) {
    static_assert(sizeof(Bucket) % 64 == 0 && sizeof(Head) == 64);
    static_assert(Word::is_always_lock_free);
}

std::array<SessionTable::Bucket*, 2> SessionTable::buckets_of(const Identity& identity) const {
    const std::size_t first = identity[0] % count_;
    const std::size_t second = identity[1] % count_;
    return {buckets_ + first, buckets_ + (second != first ? second : (first + 1) % count_)};
}

SessionTable::Head& SessionTable::head(const Bucket& bucket, std::size_t slot) const {
    const auto index = static_cast<std::size_t>(&bucket - buckets_) * kSlots + slot;
    return *reinterpret_cast<Head*>(slots_ + index * slot_bytes_);
}

std::optional<SessionTable::Place> SessionTable::find(const Identity& identity) const {
    const std::uint64_t tag = tag_of(identity);
    for (Bucket* const bucket : buckets_of(identity)) {
        for (std::size_t entry = 0; entry < kEntries; ++entry) {
            std::uint64_t word = bucket->entries[entry].load();
            while (word != 0 && has_tag(word, tag)) {
                const Head& slot = head(*bucket, slot_of(word));
                bool is_it = true;
                for (std::size_t i = 0; i < identity.size(); ++i)
                    is_it =
                        (slot.identity[i].load(std::memory_order_acquire) == identity[i]) && is_it;
                const std::uint64_t again = bucket->entries[entry].load();
                if (again == word && is_it) return Place{bucket, entry, word};
                if (again == word) break;
                word = again;
            }
        }
    }
    return std::nullopt;
}

std::optional<SessionTable::Entry> SessionTable::read(const Identity& identity,
                                                      const Place& place) const {
    Head& slot = head(*place.bucket, slot_of(place.word));
    Word* const words = data(slot);
    const auto get = [](const Word& word) { return word.load(std::memory_order_acquire); };
    CheckSum sum;
    for (const std::uint64_t part : identity) sum.add(part);
    Entry found;
    found.version = place.word;
    const std::uint64_t saved = get(slot.saved);
    const std::uint64_t size = get(slot.size);
    for (const std::uint64_t part : {saved, get(slot.expires), size}) sum.add(part);
    if (size > data_bytes_) return std::nullopt;
    found.saved = time_of(saved);
    found.data.resize(words_of(size) * kWordBytes);
    for (std::size_t i = 0; i < words_of(size); ++i) {
        const std::uint64_t word = get(words[i]);
        std::memcpy(found.data.data() + i * kWordBytes, &word, kWordBytes);
        sum.add(word);
    }
    found.data.resize(size);
    if (get(slot.check_sum) != sum.value()) return std::nullopt;
    if (place.bucket->entries[place.entry].load() != place.word) return std::nullopt;
    place.bucket->used[slot_of(place.word)].store(now_ns(), std::memory_order_relaxed);
    return found;
}

void SessionTable::write(
    Head& slot, const Identity& identity, std::string_view text, Time saved, Time expires) {
    // Who reads a word of these knows that the slot was free, and that its entry has changed.
    const auto put = [](Word& word, std::uint64_t value) {
        word.store(value, std::memory_order_release);
    };
    Word* const words = data(slot);
    CheckSum sum;
    for (std::size_t i = 0; i < identity.size(); ++i) {
        put(slot.identity[i], identity[i]);
        sum.add(identity[i]);
    }
    put(slot.saved, seconds_of(saved));
    put(slot.expires, seconds_of(expires));
    put(slot.size, text.size());
    for (const std::uint64_t part : {seconds_of(saved), seconds_of(expires), text.size()})
        sum.add(part);
    const std::size_t whole = text.size() / kWordBytes;
    for (std::size_t i = 0; i < words_of(text.size()); ++i) {
        std::uint64_t word = 0;
        const char* const from = text.data() + i * kWordBytes;
        if (i < whole) {
            std::memcpy(&word, from, kWordBytes);
        } else {
            std::memcpy(&word, from, text.size() % kWordBytes);
        }
        put(words[i], word);
        sum.add(word);
    }
    put(slot.check_sum, sum.value());
}

std::optional<SessionTable::Entry> SessionTable::load(const Identity& identity) {
    while (const auto place = find(identity)) {
        if (auto entry = read(identity, *place)) return entry;
        Word& word = place->bucket->entries[place->entry];
        if (word.load() != place->word) continue;  // saved anew meanwhile
        std::uint64_t damaged = place->word;
        if (word.compare_exchange_strong(damaged, 0))
            Claim::free(*place->bucket, slot_of(place->word));
    }
    return std::nullopt;
}

std::uint64_t SessionTable::make_word(Bucket& bucket,
                                      const Identity& identity,
                                      std::size_t slot) const {
    const std::uint64_t count = bucket.counter.fetch_add(1) & 0xffffffff;
    return tag_of(identity) | static_cast<std::uint64_t>(slot) << kSlotShift | count;
}

void SessionTable::check_size(std::string_view text) const {
    if (text.size() <= data_bytes_) return;
    throw std::length_error("a session of " + std::to_string(text.size()) +
                            " bytes does not fit into shared memory made for " +
                            std::to_string(data_bytes_) +
                            ": keep less in it, or ask for larger ones (session_bytes)");
}

SessionTable::Place SessionTable::choose(const Identity& identity, Time now) const {
    std::optional<Place> empty;
    std::size_t most_empty = 0;
    std::optional<Place> oldest;
    std::uint64_t oldest_use = std::numeric_limits<std::uint64_t>::max();
    for (Bucket* const bucket : buckets_of(identity)) {
        std::size_t empty_count = 0;
        std::optional<Place> first_empty;
        for (std::size_t entry = 0; entry < kEntries; ++entry) {
            const std::uint64_t word = bucket->entries[entry].load();
            if (word == 0) {
                ++empty_count;
                if (!first_empty) first_empty = Place{bucket, entry, 0};
                continue;
            }
            const std::size_t slot = slot_of(word);
            const bool is_expired = time_of(head(*bucket, slot).expires.load()) <= now;
            const std::uint64_t use = is_expired ? 0 : bucket->used[slot].load();
            if (use < oldest_use) {
                oldest_use = use;
                oldest = Place{bucket, entry, word};
            }
        }
        if (empty_count > most_empty) {
            most_empty = empty_count;
            empty = first_empty;
        }
    }
    return empty ? *empty : *oldest;
}

std::uint64_t SessionTable::insert(const Identity& identity,
                                   std::string_view text,
                                   Time saved,
                                   Time expires) {
    check_size(text);
    while (true) {
        const Place place = choose(identity, saved);
        Bucket& bucket = *place.bucket;
        Claim claim(bucket);
        write(head(bucket, claim.slot()), identity, text, saved, expires);
        bucket.used[claim.slot()].store(now_ns());
        const std::uint64_t word = make_word(bucket, identity, claim.slot());
        std::uint64_t expected = place.word;
        if (!bucket.entries[place.entry].compare_exchange_strong(expected, word)) continue;
        claim.publish();
        if (place.word != 0) Claim::free(bucket, slot_of(place.word));
        return word;
    }
}

Save SessionTable::replace(const Identity& identity,
                           std::uint64_t& version,
                           std::string_view text,
                           Time saved,
                           Time expires) {
    check_size(text);
    const auto place = find(identity);
    if (!place) return Save::Gone;
    if (place->word != version) return Save::Conflict;
    Bucket& bucket = *place->bucket;
    Claim claim(bucket);
    write(head(bucket, claim.slot()), identity, text, saved, expires);
    bucket.used[claim.slot()].store(now_ns());
    const std::uint64_t word = make_word(bucket, identity, claim.slot());
    std::uint64_t expected = version;
    if (!bucket.entries[place->entry].compare_exchange_strong(expected, word))
        return find(identity) ? Save::Conflict : Save::Gone;
    claim.publish();
    Claim::free(bucket, slot_of(version));
    version = word;
    return Save::Done;
}

bool SessionTable::erase(const Identity& identity) {
    while (const auto place = find(identity)) {
        std::uint64_t expected = place->word;
        if (!place->bucket->entries[place->entry].compare_exchange_strong(expected, 0)) continue;
        Claim::free(*place->bucket, slot_of(place->word));
        return true;
    }
    return false;
}

std::size_t SessionTable::count() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        for (const Word& word : buckets_[i].entries) count += word.load() != 0 ? 1 : 0;
    }
    return count;
}

}  // namespace indrik::sessions
