#include "indrik/http/cookies.hpp"

#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::Pair;

TEST(ParseCookies, KeepsOrderAndTakesTheFirst) {
    const RequestCookies cookies = parse_cookies("a=1; b=2; a=3");
    EXPECT_THAT(cookies, ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("a", "3")));
    EXPECT_EQ(cookies.get("a"), "1");
    EXPECT_FALSE(cookies.get("A"));
    EXPECT_TRUE(cookies.contains("b"));
}

TEST(ParseCookies, IsTolerantOfSpacingAndValues) {
    EXPECT_THAT(parse_cookies("a=1;b=2 ;\tc = 3;;d=;e={\"x\":1, y=z}"),
                ElementsAre(Pair("a", "1"),
                            Pair("b", "2"),
                            Pair("c", "3"),
                            Pair("d", ""),
                            Pair("e", "{\"x\":1, y=z}")));
}

TEST(ParseCookies, TakesQuotesOff) {
    EXPECT_THAT(parse_cookies("a=\"b c\"; d=\"\"; e=\"; f=\"g"),
                ElementsAre(Pair("a", "b c"), Pair("d", ""), Pair("e", "\""), Pair("f", "\"g")));
}

TEST(ParseCookies, EndsAValueAtASemicolonEvenInQuotes) {
    EXPECT_EQ(parse_cookies("a=\"x; secret=1; b=y\"").get("secret"), "1");
}

TEST(ParseCookies, DropsBadPairsAndNoOthers) {
    EXPECT_THAT(parse_cookies("alone; =x; b(d=1; a b=2; \xd1=3; ok=\xd1\x91; c=\x01; z=9"s),
                ElementsAre(Pair("ok", "\xd1\x91"), Pair("z", "9")));
    EXPECT_EQ(parse_cookies("alone; =x; b(d=1; ok=2; c=\x01;; z=9;").dropped(), 4U);
    EXPECT_EQ(parse_cookies("a=1;; ;b=2;").dropped(), 0U);
    EXPECT_TRUE(parse_cookies("").empty());
    EXPECT_TRUE(parse_cookies(";;;").empty());
}

TEST(ParseCookies, LimitsTheCount) {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "a=1;";
    EXPECT_EQ(parse_cookies(text).size(), kMaxCookies);
}

TEST(ParseCookies, AddsFurtherFields) {
    RequestCookies cookies = parse_cookies("a=1");
    cookies.add("b=2");
    EXPECT_EQ(cookies.size(), 2U);
    EXPECT_EQ(cookies.get("b"), "2");
}

TEST(FormatSetCookie, WritesAllAttributes) {
    EXPECT_EQ(format_set_cookie(Cookie("a", "1")), "a=1");
    EXPECT_EQ(format_set_cookie(Cookie("a", "")), "a=");
    EXPECT_EQ(format_set_cookie(Cookie("a", "\"quoted\"")), "a=\"quoted\"");
    EXPECT_EQ(format_set_cookie(Cookie("sid", "x=y")
                                    .path("/app")
                                    .domain("Example.com")
                                    .expires(784111777)
                                    .max_age(1h)
                                    .secure()
                                    .http_only()
                                    .same_site(SameSite::None)
                                    .partitioned()),
              "sid=x=y; Domain=Example.com; Path=/app; Expires=Sun, 06 Nov 1994 08:49:37 GMT; "
              "Max-Age=3600; Secure; HttpOnly; SameSite=None; Partitioned");
    EXPECT_EQ(format_set_cookie(Cookie("a", "1").same_site(SameSite::Lax)), "a=1; SameSite=Lax");
    EXPECT_EQ(format_set_cookie(Cookie("a", "1").same_site(SameSite::Strict)),
              "a=1; SameSite=Strict");
    EXPECT_EQ(format_set_cookie(Cookie("a", "1").domain(".a.b").max_age(-1s)),
              "a=1; Domain=.a.b; Max-Age=-1");
}

TEST(FormatSetCookie, RefusesNames) {
    for (const std::string& name : {""s, "a b"s, "a=b"s, "a;"s, "\xd1"s, "a\0"s, "a\r\n"s}) {
        EXPECT_THROW(format_set_cookie(Cookie(name, "1")), std::invalid_argument) << name;
    }
}

TEST(FormatSetCookie, RefusesValues) {
    for (const std::string& value :
         {"a b"s, "a;b"s, "a,b"s, "a\"b"s, "\"a"s, "a\\b"s, "\xd1"s, "a\r\nb"s, "\0"s, "\x7f"s}) {
        EXPECT_THROW(format_set_cookie(Cookie("a", value)), std::invalid_argument) << value;
    }
}

TEST(FormatSetCookie, RefusesPathsAndDomains) {
    for (const std::string& path : {"app"s, "/a;b"s, "/a\r\nb"s, "/\0"s}) {
        EXPECT_THROW(format_set_cookie(Cookie("a", "1").path(path)), std::invalid_argument) << path;
    }
    for (const std::string& domain :
         {"."s, "a b"s, "a;b"s, "-a"s, "a-"s, "a..b"s, "..a"s, "a:80"s}) {
        EXPECT_THROW(format_set_cookie(Cookie("a", "1").domain(domain)), std::invalid_argument)
            << domain;
    }
}

TEST(FormatSetCookie, EnforcesTheRulesOfBrowsers) {
    const auto refused = [](const Cookie& cookie) {
        EXPECT_THROW(format_set_cookie(cookie), std::invalid_argument) << cookie.name();
    };
    refused(Cookie("a", "1").same_site(SameSite::None));
    refused(Cookie("a", "1").partitioned());
    refused(Cookie("__Secure-a", "1"));
    refused(Cookie("__secure-a", "1"));
    refused(Cookie("__Host-a", "1").path("/"));
    refused(Cookie("__Host-a", "1").secure());
    refused(Cookie("__Host-a", "1").secure().path("/app"));
    refused(Cookie("__Host-a", "1").secure().path("/").domain("a.b"));
    EXPECT_EQ(format_set_cookie(Cookie("__Secure-a", "1").secure()), "__Secure-a=1; Secure");
    EXPECT_EQ(format_set_cookie(Cookie("__Host-a", "1").secure().path("/")),
              "__Host-a=1; Path=/; Secure");
}

TEST(FormatDeletedCookie, ExpiresIt) {
    EXPECT_EQ(format_deleted_cookie("a"),
              "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0");
    EXPECT_EQ(format_deleted_cookie("a", "/app", "a.b"),
              "a=; Domain=a.b; Path=/app; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0");
    EXPECT_EQ(format_deleted_cookie("__Host-a"),
              "__Host-a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure");
}

}  // namespace
}  // namespace indrik::http::tests
