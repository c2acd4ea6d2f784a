#include "indrik/client/url.hpp"

#include <string>

#include <gtest/gtest.h>

#include "indrik/client/errors.hpp"

namespace indrik::client {
namespace {

std::string failure_of(const std::string& url) {
    try {
        return "taken: " + parse_websocket_url(url).url;
    } catch (const InvalidURL& error) {
        return error.what();
    }
}

std::string redirect(const std::string& base, const std::string& location) {
    try {
        return parse_websocket_redirect(parse_websocket_url(base), location).url;
    } catch (const InvalidURL& error) {
        return error.what();
    }
}

TEST(WebSocketURL, IsTakenApart) {
    const Target target =
        parse_websocket_url("wss://Example.ORG:8443/chat/a%20b?room=1&x=%2F#part");
    EXPECT_TRUE(target.is_encrypted);
    EXPECT_EQ("example.org", target.host);
    EXPECT_EQ(8443, target.port);
    EXPECT_EQ("example.org:8443", target.authority);
    EXPECT_EQ("/chat/a%20b?room=1&x=%2F", target.request_target);
    EXPECT_EQ("wss://example.org:8443/chat/a%20b?room=1&x=%2F", target.url);
    EXPECT_FALSE(target.login);
}

TEST(WebSocketURL, HasDefaults) {
    const Target plain = parse_websocket_url("ws://a");
    EXPECT_FALSE(plain.is_encrypted);
    EXPECT_EQ(80, plain.port);
    EXPECT_EQ("a", plain.authority);
    EXPECT_EQ("/", plain.request_target);
    EXPECT_EQ("ws://a/", plain.url);
    EXPECT_EQ(443, parse_websocket_url("WSS://a").port);
    EXPECT_EQ("a", parse_websocket_url("wss://a:443/").authority);
    EXPECT_EQ("a:80", parse_websocket_url("wss://a:80/").authority);
    EXPECT_EQ("a", parse_websocket_url("ws://a:/").authority);
    EXPECT_EQ("/?x", parse_websocket_url("ws://a?x").request_target);
    EXPECT_EQ("/?", parse_websocket_url("ws://a?").request_target);
}

TEST(WebSocketURL, TakesHTTPAsBrowsersDo) {
    EXPECT_EQ("ws://a/b", parse_websocket_url("http://a/b").url);
    EXPECT_EQ("wss://a/b", parse_websocket_url("https://a/b").url);
}

TEST(WebSocketURL, TakesAddresses) {
    EXPECT_EQ("127.0.0.1", parse_websocket_url("ws://127.0.0.1:8000/").host);
    const Target six = parse_websocket_url("ws://[2001:db8::1]:81/");
    EXPECT_EQ("2001:db8::1", six.host);
    EXPECT_EQ("[2001:db8::1]:81", six.authority);
    EXPECT_EQ("[::1]", parse_websocket_url("ws://[::1]").authority);
}

TEST(WebSocketURL, TakesLogins) {
    const Target target = parse_websocket_url("ws://user%40x:p%3Ass@a/b");
    ASSERT_TRUE(target.login);
    EXPECT_EQ("user@x", target.login->user);
    EXPECT_EQ("p:ss", target.login->password);
    EXPECT_EQ("ws://a/b", target.url);
    EXPECT_EQ("", parse_websocket_url("ws://user@a").login->password);
}

TEST(WebSocketURL, EncodesWhatMustBe) {
    EXPECT_EQ("/a%20b/%C3%A9?q=%7Bx%7D%5B0%5D",
              parse_websocket_url("ws://a/a b/\xc3\xa9?q={x}[0]").request_target);
    // Nothing that could end the request line comes through.
    EXPECT_EQ("/x%0D%0AY:%201", parse_websocket_url("ws://a/x\r\nY: 1").request_target);
}

TEST(WebSocketURL, SaysWhatIsWrong) {
    EXPECT_EQ("the URL 'ftp://a/' must begin with ws:// or wss://", failure_of("ftp://a/"));
    EXPECT_EQ("the URL 'example.org/chat' is malformed", failure_of("example.org/chat"));
    EXPECT_EQ("the URL '' is malformed", failure_of(""));
    EXPECT_EQ("the URL 'ws:///x' has no host", failure_of("ws:///x"));
    EXPECT_EQ("the URL 'ws://a:0/' has a port that is no number from 1 to 65535",
              failure_of("ws://a:0/"));
    EXPECT_EQ("the URL 'ws://a:65536/' has a port that is no number from 1 to 65535",
              failure_of("ws://a:65536/"));
    for (const std::string url : {"ws://a b/",
                                  "ws://a:x/",
                                  "ws://[::1/",
                                  "ws://a%zz/",
                                  "ws://a/%zz",
                                  "ws://a\r\nb/",
                                  "ws://\xc3\xa9/",
                                  "ws:a",
                                  "//a/b",
                                  "ws://a%00b/",
                                  "ws://a%2Fb/"}) {
        EXPECT_EQ(0u, failure_of(url).find("the URL '")) << failure_of(url);
    }
    EXPECT_NE(std::string::npos,
              failure_of("ws://a/" + std::string(100'000, 'x')).find("...' is too long"));
}

TEST(WebSocketURL, RefusesLoginsThatCannotBeSent) {
    EXPECT_EQ("the URL 'ws://***@a/' has a login that cannot be sent",
              failure_of("ws://a%3Ab:c@a/"));
    EXPECT_EQ("the URL 'ws://***@a/' has a login that cannot be sent",
              failure_of("ws://a:b%0Ac@a/"));
}

TEST(WebSocketURL, NeverShowsPasswords) {
    EXPECT_EQ("the URL 'ftp://***@a/' must begin with ws:// or wss://",
              failure_of("ftp://me:secret@a/"));
    EXPECT_EQ("the URL 'ws://***@a:0/@x' has a port that is no number from 1 to 65535",
              failure_of("ws://me:secret@a:0/@x"));
}

TEST(WebSocketURL, FollowsRedirects) {
    EXPECT_EQ("ws://a/c?d", redirect("ws://a/x/y?z", "/c?d"));
    EXPECT_EQ("ws://a/x/c", redirect("ws://a/x/y", "c"));
    EXPECT_EQ("ws://a/c", redirect("ws://a/x/y", "../c"));
    EXPECT_EQ("wss://b/c", redirect("ws://a/x", "//b/c").replace(0, 2, "wss"));
    EXPECT_EQ("wss://b/c", redirect("ws://a/x", "https://b/c"));
    EXPECT_EQ("wss://b/c", redirect("wss://a/x", "wss://b/c"));
    EXPECT_EQ("ws://a:81/c", redirect("ws://a:81/x", "/c"));
    EXPECT_EQ("ws://a/%20c", redirect("ws://a/x", "/ c"));
    EXPECT_EQ("the URL 'http://b/' of a redirect leads to a connection that is not encrypted",
              redirect("wss://a/x", "http://b/"));
    EXPECT_EQ("the URL 'ftp://b/' must begin with ws:// or wss://",
              redirect("ws://a/", "ftp://b/"));
    EXPECT_EQ("the URL '/%zz' of a redirect is malformed", redirect("ws://a/", "/%zz"));
}

TEST(WebSocketURL, KnowsItsOrigin) {
    const Target target = parse_websocket_url("wss://a/x");
    EXPECT_TRUE(target.has_same_origin(parse_websocket_url("wss://A:443/y?z")));
    EXPECT_FALSE(target.has_same_origin(parse_websocket_url("ws://a:443/x")));
    EXPECT_FALSE(target.has_same_origin(parse_websocket_url("wss://a:444/x")));
    EXPECT_FALSE(target.has_same_origin(parse_websocket_url("wss://b/x")));
}

}  // namespace
}  // namespace indrik::client
