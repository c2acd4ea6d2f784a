#include "indrik/http/ip_network.hpp"

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

bool contains(std::string_view network, std::string_view address) {
    return parse_ip_network(network).value().contains(parse_ip_address(address).value());
}

TEST(IPAddress, IsParsedAndFormatted) {
    for (const char* text : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::", "::1"}) {
        ASSERT_TRUE(parse_ip_address(text)) << text;
        EXPECT_EQ(to_string(*parse_ip_address(text)), text);
    }
    EXPECT_EQ(parse_ip_address("::ffff:192.0.2.1"), parse_ip_address("192.0.2.1"));
    EXPECT_EQ(to_string(*parse_ip_address("2001:DB8:0:0::1")), "2001:db8::1");
}

TEST(IPAddress, RefusesWhatIsNone) {
    for (const char* text : {"",
                             "192.0.2",
                             "192.0.2.256",
                             "192.0.2.01",
                             "0x7f.0.0.1",
                             "127.1",
                             " 192.0.2.1",
                             "192.0.2.1 ",
                             "192.0.2.1:80",
                             "[::1]",
                             "fe80::1%eth0",
                             "1:2:3:4:5:6:7:8:9",
                             "host"}) {
        EXPECT_FALSE(parse_ip_address(text)) << text;
    }
    EXPECT_FALSE(parse_ip_address(std::string_view("192.0.2.1\0", 10)));
    EXPECT_FALSE(parse_ip_address(std::string(1000, '1')));
}

TEST(IPNetwork, ContainsWhatBeginsAlike) {
    EXPECT_TRUE(contains("10.0.0.0/8", "10.255.0.1"));
    EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
    EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.255"));
    EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
    EXPECT_TRUE(contains("192.0.2.1", "192.0.2.1"));
    EXPECT_TRUE(contains("192.0.2.1/32", "::ffff:192.0.2.1"));
    EXPECT_FALSE(contains("192.0.2.1", "192.0.2.2"));
    EXPECT_TRUE(contains("fd00::/8", "fdff::1"));
    EXPECT_FALSE(contains("fd00::/8", "fc00::1"));
    EXPECT_TRUE(contains("0.0.0.0/0", "192.0.2.1"));
    EXPECT_FALSE(contains("0.0.0.0/0", "::1"));
    EXPECT_TRUE(contains("::/0", "::1"));
}

TEST(IPNetwork, RefusesWhatIsNone) {
    for (const char* text : {"10.1.0.0/8",
                             "192.0.2.1/31",
                             "fd00::1/8",
                             "10.0.0.0/",
                             "10.0.0.0/33",
                             "::/129",
                             "10.0.0.0/08",
                             "10.0.0.0/+8",
                             "10.0.0.0/255.0.0.0",
                             "10.0.0.0/8/8",
                             "/8",
                             ""}) {
        EXPECT_FALSE(parse_ip_network(text)) << text;
    }
}

}  // namespace
}  // namespace indrik::http::tests
