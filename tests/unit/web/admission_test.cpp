#include "indrik/web/admission.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace indrik::web {
namespace {

net::Endpoint from(std::string_view address) {
    return {std::string(address), 40000, AF_INET};
}

TEST(Admission, WithoutLimitsAdmitsEverybody) {
    Admission admission(0, 0);
    EXPECT_FALSE(admission.counts_addresses());
    std::vector<Admission::Ticket> tickets;
    for (int i = 0; i < 1000; ++i) {
        tickets.push_back(admission.admit(from("192.0.2.1")));
        EXPECT_TRUE(tickets.back().is_admitted());
    }
    EXPECT_EQ(admission.admitted(), 1000u);
    tickets.clear();
    EXPECT_EQ(admission.admitted(), 0u);
}

TEST(Admission, TurnsAwayBeyondTheLimitUntilAPlaceIsGivenBack) {
    Admission admission(1, 0);
    Admission::Ticket first = admission.admit({});
    EXPECT_TRUE(first.is_admitted());
    {
        const Admission::Ticket second = admission.admit({});
        EXPECT_FALSE(second.is_admitted());
        EXPECT_EQ(admission.turned_away(), 1u);
    }
    EXPECT_EQ(admission.turned_away(), 0u);
    EXPECT_EQ(admission.admitted(), 1u);
    first = Admission::Ticket();
    EXPECT_TRUE(admission.admit({}).is_admitted());
}

TEST(Admission, CountsEachAddressForItself) {
    Admission admission(0, 2);
    EXPECT_TRUE(admission.counts_addresses());
    Admission::Ticket first = admission.admit(from("192.0.2.1"));
    const Admission::Ticket second = admission.admit(from("192.0.2.1"));
    EXPECT_TRUE(second.is_admitted());
    EXPECT_FALSE(admission.admit(from("192.0.2.1")).is_admitted());
    EXPECT_TRUE(admission.admit(from("192.0.2.2")).is_admitted());
    first = Admission::Ticket();
    EXPECT_TRUE(admission.admit(from("192.0.2.1")).is_admitted());
}

TEST(Admission, CountsAnIPv6NetworkAsOneAddress) {
    Admission admission(0, 1);
    const Admission::Ticket first = admission.admit(from("2001:db8:0:1::1"));
    EXPECT_FALSE(admission.admit(from("2001:db8:0:1:ffff::2")).is_admitted());
    EXPECT_TRUE(admission.admit(from("2001:db8:0:2::1")).is_admitted());
}

TEST(Admission, DoesNotCountUnixSocketsByAddress) {
    Admission admission(0, 1);
    const net::Endpoint unnamed{"", 0, AF_UNIX};
    const Admission::Ticket first = admission.admit(unnamed);
    EXPECT_TRUE(admission.admit(unnamed).is_admitted());
}

TEST(Admission, MovedTicketsAreCountedOnce) {
    Admission admission(5, 5);
    Admission::Ticket first = admission.admit(from("192.0.2.1"));
    Admission::Ticket second = std::move(first);
    EXPECT_TRUE(second.is_admitted());
    EXPECT_EQ(admission.admitted(), 1u);
    first = admission.admit(from("192.0.2.1"));
    std::swap(first, second);
    EXPECT_EQ(admission.admitted(), 2u);
}

TEST(Admission, HoldsTheServersLimitAlsoForDifferentAddresses) {
    Admission admission(2, 2);
    const Admission::Ticket first = admission.admit(from("192.0.2.1"));
    const Admission::Ticket second = admission.admit(from("192.0.2.2"));
    EXPECT_FALSE(admission.admit(from("192.0.2.3")).is_admitted());
}

}  // namespace
}  // namespace indrik::web
