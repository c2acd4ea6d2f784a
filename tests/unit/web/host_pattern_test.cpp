#include "indrik/web/host_pattern.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace indrik::web {
namespace {

bool matches(std::string_view pattern, std::string_view authority) {
    return HostPattern(pattern).matches(authority);
}

TEST(HostPattern, ComparesWithoutRegardToCase) {
    EXPECT_TRUE(matches("api.example.com", "api.example.com"));
    EXPECT_TRUE(matches("API.Example.com", "api.eXample.COM"));
    EXPECT_TRUE(matches("example.com", "example.com."));
    EXPECT_FALSE(matches("example.com", "www.example.com"));
    EXPECT_FALSE(matches("example.com", "example.community"));
    EXPECT_FALSE(matches("example.com", "exampleXcom"));
    EXPECT_FALSE(matches("example.com", ""));
    EXPECT_FALSE(matches("example.com", "user@example.com"));
}

TEST(HostPattern, IgnoresThePortUnlessItNamesOne) {
    EXPECT_TRUE(matches("example.com", "example.com:8080"));
    EXPECT_TRUE(matches("example.com:8080", "example.com:8080"));
    EXPECT_FALSE(matches("example.com:8080", "example.com"));
    EXPECT_FALSE(matches("example.com:8080", "example.com:80"));
    EXPECT_TRUE(matches("[::1]", "[::1]:80"));
    EXPECT_TRUE(matches("127.0.0.1", "127.0.0.1:80"));
}

TEST(HostPattern, AStarStandsForOneOrMoreCharacters) {
    EXPECT_TRUE(matches("*.example.com", "a.example.com"));
    EXPECT_TRUE(matches("*.example.com", "a.b.Example.com:80"));
    EXPECT_FALSE(matches("*.example.com", "example.com"));
    EXPECT_FALSE(matches("*.example.com", ".example.com"));
    EXPECT_FALSE(matches("*.example.com", "a.example.com.evil.org"));
    EXPECT_FALSE(matches("*.example.com", "aXexample.com"));
    EXPECT_TRUE(matches("api-*.example.*", "api-1.example.org"));
    EXPECT_TRUE(matches("a*b*c", "axbxbxc"));
    EXPECT_TRUE(matches("*", "anything"));
    EXPECT_TRUE(matches("*a*", "aaa"));
    EXPECT_FALSE(matches("*a*", "aa"));
}

TEST(HostPattern, RefusesWhatIsNoHost) {
    for (const char* const bad :
         {"", "http://example.com", "a b", "a/b", "x:y", "x:99999", "caf\xc3\xa9.fr", "u@x"}) {
        EXPECT_THROW(HostPattern{bad}, std::invalid_argument) << bad;
    }
}

}  // namespace
}  // namespace indrik::web
