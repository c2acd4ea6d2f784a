#include "indrik/sessions/session_table.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "indrik/core/crypto.hpp"

namespace indrik::sessions {
namespace {

constexpr Time kTime{Seconds(1'700'000'000)};
constexpr Time kNever = Time::max();

/// Memory that children share.
class Memory {
public:
    explicit Memory(const SessionTable::Shape& shape) : shape_(shape) {
        size_ = SessionTable::size_bytes(shape);
        bytes_ = static_cast<std::byte*>(
            ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    }
    Memory(const Memory&) = delete;
    ~Memory() { ::munmap(bytes_, size_); }
    SessionTable table() const { return {{bytes_, size_}, shape_}; }
    std::span<std::byte> bytes() const { return {bytes_, size_}; }

private:
    SessionTable::Shape shape_;
    std::size_t size_;
    std::byte* bytes_;
};

SessionTable::Identity random_identity() {
    SessionTable::Identity identity{};
    const std::string bytes = random_bytes(sizeof identity);
    std::memcpy(identity.data(), bytes.data(), sizeof identity);
    return identity;
}

TEST(SessionTable, KeepsWhatIsPutIn) {
    const Memory memory({100, 256});
    SessionTable table = memory.table();
    for (const std::size_t size : {0, 1, 7, 8, 9, 255, 256}) {
        const auto identity = random_identity();
        const std::string data(size, 'x');
        const std::uint64_t version = table.insert(identity, data, kTime, kNever);
        const auto entry = table.load(identity);
        ASSERT_TRUE(entry);
        EXPECT_EQ(entry->data, data);
        EXPECT_EQ(entry->version, version);
        EXPECT_EQ(entry->saved, kTime);
        EXPECT_FALSE(table.load(random_identity()));
    }
    EXPECT_EQ(table.count(), 7U);
}

TEST(SessionTable, RefusesWhatDoesNotFit) {
    const Memory memory({100, 256});
    SessionTable table = memory.table();
    EXPECT_THROW(table.insert(random_identity(), std::string(257, 'x'), kTime, kNever),
                 std::length_error);
    EXPECT_EQ(table.count(), 0U);
}

TEST(SessionTable, ReplacesOnlyWhatHasNotChangedMeanwhile) {
    const Memory memory({100, 256});
    SessionTable table = memory.table();
    const auto identity = random_identity();
    std::uint64_t mine = table.insert(identity, "1", kTime, kNever);
    std::uint64_t theirs = mine;
    EXPECT_EQ(table.replace(identity, mine, "2", kTime, kNever), Save::Done);
    EXPECT_EQ(table.replace(identity, theirs, "3", kTime, kNever), Save::Conflict);
    EXPECT_EQ(table.load(identity)->data, "2");
    EXPECT_EQ(table.load(identity)->version, mine);
    EXPECT_TRUE(table.erase(identity));
    EXPECT_FALSE(table.erase(identity));
    EXPECT_EQ(table.replace(identity, mine, "4", kTime, kNever), Save::Gone);
    EXPECT_FALSE(table.load(identity));
    EXPECT_EQ(table.count(), 0U);
}

TEST(SessionTable, HasRoomForWhatWasAskedFor) {
    const Memory memory({2000, 64});
    SessionTable table = memory.table();
    std::vector<SessionTable::Identity> identities;
    for (int i = 0; i < 2000; ++i) {
        identities.push_back(random_identity());
        table.insert(identities.back(), "x", kTime, kNever);
    }
    std::size_t lost = 0;
    for (const auto& identity : identities) lost += table.load(identity) ? 0 : 1;
    EXPECT_LE(lost, 20U);
}

TEST(SessionTable, DropsTheLeastRecentlyUsed) {
    const Memory memory({32, 64});
    SessionTable table = memory.table();
    const auto kept = random_identity();
    table.insert(kept, "kept", kTime, kNever);
    const auto forgotten = random_identity();
    table.insert(forgotten, "forgotten", kTime, kNever);
    for (int i = 0; i < 1000; ++i) {
        table.insert(random_identity(), "x", kTime, kNever);
        ASSERT_TRUE(table.load(kept)) << i;
    }
    EXPECT_FALSE(table.load(forgotten));
    EXPECT_LE(table.count(), 48U);
}

TEST(SessionTable, DropsWhatHasExpiredBeforeAnythingElse) {
    const Memory memory({24, 64});  // two buckets: both are everybody's
    SessionTable table = memory.table();
    const auto old = random_identity();
    table.insert(old, "old", kTime, kNever);
    std::vector<SessionTable::Identity> expired;
    for (int i = 0; i < 31; ++i) {
        expired.push_back(random_identity());
        table.insert(expired.back(), "x", kTime, kTime + Seconds(10));
    }
    for (int i = 0; i < 31; ++i) table.insert(random_identity(), "x", kTime + Seconds(11), kNever);
    EXPECT_TRUE(table.load(old));
    for (const auto& identity : expired) EXPECT_FALSE(table.load(identity));
}

TEST(SessionTable, SeesDamage) {
    const Memory memory({16, 256});
    SessionTable table = memory.table();
    const auto identity = random_identity();
    const std::string data(200, 'x');
    table.insert(identity, data, kTime, kNever);
    const auto bytes = memory.bytes();
    // All of it is looked for, as the identity may have the same byte.
    const auto place = std::search(
        bytes.begin(), bytes.end(), data.begin(), data.end(), [](std::byte one, char other) {
            return one == static_cast<std::byte>(other);
        });
    ASSERT_NE(place, bytes.end());
    *place = std::byte{'y'};
    EXPECT_FALSE(table.load(identity));
    EXPECT_EQ(table.count(), 0U);
    table.insert(identity, "new", kTime, kNever);
    EXPECT_EQ(table.load(identity)->data, "new");
}

/// Adds one to the number in a session until it has worked.
void count_up(SessionTable& table, const SessionTable::Identity& identity) {
    while (true) {
        auto entry = table.load(identity);
        if (!entry) ::_exit(2);
        const std::string next = std::to_string(std::stoul(entry->data) + 1);
        if (table.replace(identity, entry->version, next, kTime, kNever) == Save::Done) return;
    }
}

pid_t start(void (*work)(SessionTable, SessionTable::Identity),
            const Memory& memory,
            const SessionTable::Identity& identity) {
    const pid_t child = ::fork();
    if (child == 0) {
        work(memory.table(), identity);
        ::_exit(0);
    }
    return child;
}

TEST(SessionTable, LosesNoUpdateOfManyProcesses) {
    constexpr int kProcesses = 4;
    constexpr unsigned kRounds = 5000;
    const Memory memory({100, 256});
    SessionTable table = memory.table();
    const auto identity = random_identity();
    table.insert(identity, "0", kTime, kNever);
    std::vector<pid_t> children;
    for (int i = 0; i < kProcesses; ++i) {
        children.push_back(start(
            [](SessionTable mine, SessionTable::Identity shared) {
                for (unsigned n = 0; n < kRounds; ++n) count_up(mine, shared);
            },
            memory,
            identity));
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    EXPECT_EQ(table.load(identity)->data, std::to_string(kProcesses * kRounds));
}

// A session of as many letters as its number says: a torn one would show.
[[noreturn]] void write_for_ever(SessionTable table, SessionTable::Identity identity) {
    for (std::size_t i = 0;; ++i) {
        auto entry = table.load(identity);
        if (!entry) ::_exit(2);
        const std::string data(1 + (entry->data.size() * 7 + i) % 250,
                               static_cast<char>('a' + i % 26));
        table.replace(identity, entry->version, data, kTime, kNever);
        table.insert(random_identity(), "other", kTime, kNever);
    }
}

TEST(SessionTable, SurvivesWorkersKilledAtAnyMoment) {
    const Memory memory({64, 256});
    SessionTable table = memory.table();
    const auto identity = random_identity();
    table.insert(identity, "a", kTime, kNever);
    std::minstd_rand random(1);
    for (int round = 0; round < 100; ++round) {
        const pid_t first = start(write_for_ever, memory, identity);
        const pid_t second = start(write_for_ever, memory, identity);
        ::usleep(static_cast<useconds_t>(random() % 2000));
        for (const pid_t child : {first, second}) {
            ::kill(child, SIGKILL);
            int status = 0;
            ::waitpid(child, &status, 0);
            ASSERT_TRUE(WIFSIGNALED(status)) << "round " << round << ": " << status;
        }
        const auto entry = table.load(identity);
        ASSERT_TRUE(entry) << round;
        ASSERT_EQ(entry->data.find_first_not_of(entry->data.front()), std::string::npos);
        std::uint64_t version = entry->version;
        ASSERT_EQ(table.replace(identity, version, entry->data, kTime, kNever), Save::Done);
    }
    // Everybody can still come in.
    for (int i = 0; i < 200; ++i) {
        const auto fresh = random_identity();
        table.insert(fresh, "fresh", kTime, kNever);
        ASSERT_TRUE(table.load(fresh));
    }
}

}  // namespace
}  // namespace indrik::sessions
