#include "indrik/http/authority.hpp"

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

TEST(ParseAuthority, TakesHostAndPortApart) {
    EXPECT_EQ(parse_authority("a.example")->host, "a.example");
    EXPECT_EQ(parse_authority("a.example")->port, "");
    EXPECT_EQ(parse_authority("a_b:8000")->host, "a_b");
    EXPECT_EQ(parse_authority("a_b:8000")->port, "8000");
    EXPECT_EQ(parse_authority("[::1]:80")->host, "[::1]");
    EXPECT_EQ(parse_authority("[::1]:80")->port, "80");
    EXPECT_EQ(parse_authority("a:")->port, "");
    EXPECT_EQ(parse_authority("127.0.0.1:65535")->port, "65535");
    EXPECT_TRUE(parse_authority("x%20y!$&'()*+,;=~"));
}

TEST(ParseAuthority, AcceptsEverySpellingOfIPv6) {
    for (const char* text : {"[::]",
                             "[1::]",
                             "[::1]",
                             "[1:2:3:4:5:6:7:8]",
                             "[1:2:3:4:5:6:7::]",
                             "[::2:3:4:5:6:7:8]",
                             "[fe80::ABCD:12]",
                             "[::ffff:127.0.0.1]",
                             "[1:2:3:4:5:6:127.0.0.1]"}) {
        EXPECT_TRUE(parse_authority(text)) << text;
    }
}

TEST(ParseAuthority, RefusesWhatIsNone) {
    for (const char* text : {"",
                             ":80",
                             "a b",
                             "a/b",
                             "a@b",
                             "a\\b",
                             "a:80:80",
                             "a:+80",
                             "a:65536",
                             "a:99999999999999999999",
                             "a%",
                             "a%4",
                             "a%zz",
                             "[::1",
                             "::1",
                             "[]",
                             "[:]",
                             "[:::]",
                             "[1]",
                             "[1:2:3:4:5:6:7]",
                             "[1:2:3:4:5:6:7:8:9]",
                             "[1:2:3:4::5:6:7:8]",
                             "[1::2::3]",
                             "[:1:2:3:4:5:6:7]",
                             "[1:2:3:4:5:6:7:]",
                             "[12345::]",
                             "[::g]",
                             "[::1.2.3]",
                             "[::1.2.3.256]",
                             "[::01.2.3.4]",
                             "[::1.2.3.4.5]",
                             "[::1.2.3.4:5]",
                             "[1.2.3.4::]",
                             "[1:2:3:4:5:6:7:1.2.3.4]",
                             "[fe80::1%25eth0]",
                             "[v1.a]",
                             "[::1]a",
                             "[::1]80"}) {
        EXPECT_FALSE(parse_authority(text)) << text;
    }
}

TEST(IsSameAuthority, KnowsTheDefaultPort) {
    const auto same = [](const char* left, const char* right) {
        return is_same_authority(*parse_authority(left), *parse_authority(right), "80");
    };
    EXPECT_TRUE(same("A.example", "a.EXAMPLE:80"));
    EXPECT_TRUE(same("a:", "a:080"));
    EXPECT_FALSE(same("a", "a:81"));
    EXPECT_FALSE(same("a", "b"));
    EXPECT_FALSE(same("a", "a."));
}

}  // namespace
}  // namespace indrik::http::tests
