#include "supervisor/worker/web_worker_tickets.hpp"

#include <gtest/gtest.h>

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

class TicketKeyringTest : public testing::Test {
protected:
    static bool has(const net::TicketKeys& keys, const net::TicketKey& key) {
        const net::TicketKey* const found = keys.find(key.name.data());
        return found != nullptr && *found == key;
    }

    const TicketKeyring::TimePoint start_{100 * 12h + 5min};
    TicketKeyring master_{start_};
};

TEST_F(TicketKeyringTest, CopiesComeToTheSameKeys) {
    TicketKeyring early = master_;
    early.keys_at(start_ + 12h);
    early.keys_at(start_ + 24h);
    TicketKeyring late = master_;
    for (const auto after : {24h, 36h, 480h}) {
        const net::TicketKeys one = early.keys_at(start_ + after);
        const net::TicketKeys other = late.keys_at(start_ + after);
        EXPECT_EQ(one.current(), other.current());
        ASSERT_EQ(one.keys().size(), 2u);
        ASSERT_EQ(other.keys().size(), 2u);
        EXPECT_EQ(one.keys()[1], other.keys()[1]);
    }
}

TEST_F(TicketKeyringTest, KeepsAKeyForTwelveHoursAndForgetsItAfterTwelveMore) {
    const net::TicketKeys first = master_.keys_at(start_);
    EXPECT_EQ(first.keys().size(), 1u);
    EXPECT_EQ(master_.next_change(), start_ - 5min + 12h);
    EXPECT_EQ(master_.keys_at(master_.next_change() - 1ns).current(), first.current());
    const net::TicketKeys second = master_.keys_at(master_.next_change());
    EXPECT_FALSE(second.current() == first.current());
    EXPECT_TRUE(has(second, first.current()));
    const net::TicketKeys third = master_.keys_at(master_.next_change());
    EXPECT_FALSE(has(third, first.current()));
    EXPECT_TRUE(has(third, second.current()));
}

TEST_F(TicketKeyringTest, DoesNotGoBack) {
    const net::TicketKeys later = master_.keys_at(start_ + 24h);
    EXPECT_EQ(master_.keys_at(start_).current(), later.current());
}

TEST_F(TicketKeyringTest, IsDifferentInEveryMaster) {
    TicketKeyring other(start_);
    EXPECT_FALSE(other.keys_at(start_).current() == master_.keys_at(start_).current());
}

TEST_F(TicketKeyringTest, HasKeysWithThreeDifferentParts) {
    const net::TicketKeys keys = master_.keys_at(start_);
    const net::TicketKey& key = keys.current();
    EXPECT_NE(key.mac_key, key.cipher_key);
    EXPECT_FALSE(std::equal(key.name.begin(), key.name.end(), key.mac_key.begin()));
}

TEST_F(TicketKeyringTest, AnotherMasterGoesOnWithTheSameSecret) {
    master_.keys_at(start_ + 12h);
    TicketKeyring successor(start_ + 480h);
    EXPECT_FALSE(successor.keys_at(start_ + 480h).current() ==
                 TicketKeyring(master_).keys_at(start_ + 480h).current());
    EXPECT_TRUE(successor.restore(master_.save()));
    EXPECT_EQ(successor.keys_at(start_ + 12h).keys().size(), 1u)
        << "the key before is not passed on";
    EXPECT_EQ(successor.keys_at(start_ + 480h).current(), master_.keys_at(start_ + 480h).current());
    EXPECT_FALSE(successor.restore(""));
    EXPECT_FALSE(successor.restore(master_.save() + "x"));
    EXPECT_EQ(successor.keys_at(start_ + 480h).current(), master_.keys_at(start_ + 480h).current());
}

}  // namespace
}  // namespace indrik::supervisor
