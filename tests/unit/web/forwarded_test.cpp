// Who the client is when proxies speak for it. The peer of a MemoryStream is 127.0.0.1.

#include <string>

#include <gmock/gmock.h>

#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using test::summary;

std::string seen(std::string_view fields,
                 std::string_view trusted,
                 http::ForwardedHeaders kind = http::ForwardedHeaders::XForwarded) {
    Application app;
    app.add_route(get(
        "/", [](Request& r) { return Response().text(std::string(r.remote()) + " " + r.url()); }));
    ServerOptions options;
    if (trusted != "off")
        options.forwarded_allow_ips = http::TrustedProxies::parse(trusted).value();
    options.forwarded_headers = kind;
    test::ServerRun run(std::move(app), options);
    return summary(run.answers_to(get_request("/", fields)));
}

constexpr std::string_view kAll =
    "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example\r\n";

TEST(RequestForwarded, IsBelievedFromTrustedPeersOnly) {
    EXPECT_EQ(seen(kAll, "127.0.0.1"), "200 192.0.2.7 https://shop.example/");
    EXPECT_EQ(seen(kAll, "127.0.0.0/8,::1"), "200 192.0.2.7 https://shop.example/");
    EXPECT_EQ(seen(kAll, "off"), "200 127.0.0.1 http://test/");
    EXPECT_EQ(seen(kAll, "10.0.0.0/8"), "200 127.0.0.1 http://test/");
    EXPECT_EQ(seen(kAll, "unix"), "200 127.0.0.1 http://test/");
}

TEST(RequestForwarded, WhatProxiesDoNotSayIsTheConnections) {
    EXPECT_EQ(seen("", "*"), "200 127.0.0.1 http://test/");
    EXPECT_EQ(seen("X-Forwarded-Proto: https\r\n", "*"), "200 127.0.0.1 https://test/");
}

TEST(RequestForwarded, OneKindOfFieldsCounts) {
    const std::string both = std::string(kAll) + "Forwarded: for=192.0.2.8;proto=http;host=b\r\n";
    EXPECT_EQ(seen(both, "127.0.0.1"), "200 192.0.2.7 https://shop.example/");
    EXPECT_EQ(seen(both, "127.0.0.1", http::ForwardedHeaders::Forwarded),
              "200 192.0.2.8 http://b/");
}

TEST(RequestForwarded, ClientsCannotPutThemselvesBeforeTheChain) {
    EXPECT_EQ(seen("X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\n", "127.0.0.1"),
              "200 192.0.2.7 http://test/");
}

TEST(RequestForwarded, NonsenseIs400) {
    EXPECT_THAT(seen("X-Forwarded-For: <script>\r\n", "127.0.0.1"), testing::StartsWith("400 "));
    EXPECT_EQ(seen("X-Forwarded-For: <script>\r\n", "off"), "200 127.0.0.1 http://test/");
}

}  // namespace
}  // namespace indrik::web
