#include "indrik/web/route_url.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace indrik::web {
namespace {

std::string take(std::string text) {
    return text;
}
std::string_view view_of(std::string_view text) {
    return text;
}

TEST(RouteURL, BecomesAText) {
    const RouteURL url("/a");
    const std::string copied = url;
    std::string assigned;
    assigned = url;
    assigned += url;
    EXPECT_EQ(copied, "/a");
    EXPECT_EQ(assigned, "/a/a");
    EXPECT_EQ(std::string(url), "/a");
    EXPECT_EQ(take(url), "/a");
    EXPECT_EQ(take(RouteURL("/b")), "/b");
    EXPECT_EQ(view_of(url), "/a");
    EXPECT_EQ(url, "/a");
    EXPECT_EQ(url, RouteURL("/a"));
    EXPECT_EQ("x" + url + "y", "x/ay");
    EXPECT_EQ(url + "?", "/a?");
    EXPECT_EQ(url + url, "/a/a");
    EXPECT_EQ(std::string("http://x") + url, "http://x/a");
}

TEST(RouteURL, AddsParametersPercentEncoded) {
    EXPECT_EQ(RouteURL("/a").with_query("page", 2), "/a?page=2");
    EXPECT_EQ(RouteURL("/a").with_query("q", "a b&c=d+e/\xc3\xa9", "n", -1),
              "/a?q=a%20b%26c%3Dd%2Be/%C3%A9&n=-1");
    EXPECT_EQ(RouteURL("/a").with_query("x", 1).with_query("x", 2), "/a?x=1&x=2");
    EXPECT_EQ(RouteURL("/a").with_query("t", true, "f", 0.5, "e", ""), "/a?t=true&f=0.5&e=");
    EXPECT_EQ(RouteURL("/a").with_query(), "/a");
}

TEST(RouteURL, IsNotChangedByWhatIsMadeOfIt) {
    const RouteURL url("/a");
    EXPECT_EQ(url.with_query("x", 1), "/a?x=1");
    EXPECT_EQ(url, "/a");
}

TEST(RouteURL, HasOneFragmentAtItsEnd) {
    EXPECT_EQ(RouteURL("/a").with_query("x", 1).with_fragment("top #1"), "/a?x=1#top%20%231");
    EXPECT_EQ(RouteURL("/a").with_fragment("x").with_fragment("y"), "/a#y");
    EXPECT_THROW(RouteURL("/a").with_fragment("x").with_query("y", 1).str(), std::logic_error);
}

}  // namespace
}  // namespace indrik::web
