#include "indrik/http/forwarded.hpp"

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

struct Line {
    Field field;
    std::string value;
};

/// "REMOTE SCHEME HOST" of a request that came from `peer` through these proxies.
std::string client_of(std::initializer_list<Line> lines,
                      std::string_view proxies = "10.0.0.0/8,::1",
                      std::string_view peer = "10.0.0.1",
                      ForwardedHeaders kind = ForwardedHeaders::XForwarded) {
    Headers headers;
    for (const Line& line : lines) headers.append(line.field, line.value);
    const auto client = resolve_client(headers, peer, TrustedProxies::parse(proxies).value(), kind);
    if (!client) return client.error().message();
    return client->remote + " " + client->scheme + " " + client->host;
}

std::string client_of_forwarded(std::string value, std::string_view proxies = "10.0.0.0/8,::1") {
    return client_of(
        {{Field::Forwarded, std::move(value)}}, proxies, "10.0.0.1", ForwardedHeaders::Forwarded);
}

std::string client_for(std::string value, std::string_view proxies = "10.0.0.0/8,::1") {
    return client_of({{Field::XForwardedFor, std::move(value)}}, proxies);
}

const std::string kBad = make_error_code(Error::BadForwarded).message();

TEST(TrustedProxies, AreAddressesAndNetworks) {
    const auto proxies = TrustedProxies::parse(" 127.0.0.1, ::1 ,10.0.0.0/8,").value();
    for (const char* peer : {"127.0.0.1", "::1", "10.9.9.9", "::ffff:10.0.0.1", ""}) {
        EXPECT_TRUE(proxies.trusts(peer)) << peer;
    }
    for (const char* peer : {"127.0.0.2", "::2", "host", "11.0.0.0"}) {
        EXPECT_FALSE(proxies.trusts(peer)) << peer;
    }
    EXPECT_TRUE(TrustedProxies::parse("*").value().trusts("192.0.2.1"));
    EXPECT_TRUE(TrustedProxies::parse("*").value().trusts_everybody());
    EXPECT_FALSE(TrustedProxies::parse("unix").value().trusts("127.0.0.1"));
    EXPECT_TRUE(TrustedProxies().trusts(""));
    EXPECT_FALSE(TrustedProxies().trusts("127.0.0.1"));
}

TEST(TrustedProxies, RefuseWhatIsNoAddress) {
    for (const char* list :
         {"localhost", "10.1.0.0/8", "127.0.0.1;::1", "*.example.org", "10.0.0.0/8 x"}) {
        EXPECT_EQ(TrustedProxies::parse(list).error(),
                  std::make_error_code(std::errc::invalid_argument))
            << list;
    }
}

TEST(ResolveClient, BelievesOnlyTrustedPeers) {
    const Line line{Field::XForwardedFor, "192.0.2.1"};
    EXPECT_EQ(client_of({line}), "192.0.2.1  ");
    EXPECT_EQ(client_of({line}, "10.0.0.0/8", "192.0.2.9"), "  ");
    EXPECT_EQ(client_of({line}, "", "127.0.0.1"), "  ");
    EXPECT_EQ(client_of({line}, "", ""), "192.0.2.1  ");
    EXPECT_EQ(client_of({}), "  ");
    // Not even well-formedness is asked of others.
    EXPECT_EQ(client_of({{Field::XForwardedFor, "\"<"}}, "", "127.0.0.1"), "  ");
}

TEST(ResolveClient, WalksFromTheRightToTheFirstStranger) {
    EXPECT_EQ(client_for("192.0.2.1, 10.0.0.2, 10.0.0.3"), "192.0.2.1  ");
    EXPECT_EQ(client_for("127.0.0.1, 192.0.2.1, 10.0.0.3"), "192.0.2.1  ");
    EXPECT_EQ(client_for("10.0.0.9, 10.0.0.2"), "10.0.0.9  ");
    EXPECT_EQ(client_for("127.0.0.1, unknown, 10.0.0.2"), "unknown  ");
    EXPECT_EQ(client_for("192.0.2.1, 192.0.2.2", "*"), "192.0.2.1  ");
    EXPECT_EQ(client_of({{Field::XForwardedFor, "192.0.2.9"}, {Field::XForwardedFor, "192.0.2.1"}}),
              "192.0.2.1  ");
    // What a stranger wrote is not read.
    EXPECT_EQ(client_for("<script>, 192.0.2.1"), "192.0.2.1  ");
}

TEST(ResolveClient, TakesAddressesInEveryForm) {
    EXPECT_EQ(client_for("192.0.2.1:8080"), "192.0.2.1  ");
    EXPECT_EQ(client_for("[2001:DB8::1]:8080"), "2001:db8::1  ");
    EXPECT_EQ(client_for("[2001:db8::1]"), "2001:db8::1  ");
    EXPECT_EQ(client_for("2001:db8::1"), "2001:db8::1  ");
    EXPECT_EQ(client_for("192.0.2.1, ::ffff:10.0.0.2"), "192.0.2.1  ");
}

TEST(ResolveClient, RefusesNonsenseOfTrustedProxies) {
    for (const char* value : {"<script>",
                              "192.0.2.1:x",
                              "192.0.2.1:123456",
                              "[192.0.2.1]",
                              "[::1",
                              "a b",
                              "[::1]80",
                              "192.0.2.1:"}) {
        EXPECT_EQ(client_for(value), kBad) << value;
    }
    EXPECT_EQ(client_of({{Field::XForwardedProto, "javascript"}}), kBad);
    EXPECT_EQ(client_of({{Field::XForwardedHost, "a/b"}}), kBad);
    EXPECT_EQ(client_of({{Field::XForwardedHost, "user@host"}}), kBad);
}

TEST(ResolveClient, TakesSchemeAndHost) {
    EXPECT_EQ(
        client_of({{Field::XForwardedProto, "HTTPS"}, {Field::XForwardedHost, "a.example:8443"}}),
        " https a.example:8443");
    // As many as addresses: those of the hop that saw the client.
    EXPECT_EQ(client_of({{Field::XForwardedFor, "192.0.2.9, 192.0.2.1, 10.0.0.2"},
                         {Field::XForwardedProto, "ftp, https, http"},
                         {Field::XForwardedHost, "evil, good, inner"}}),
              "192.0.2.1 https good");
    // Otherwise the last one.
    EXPECT_EQ(client_of({{Field::XForwardedFor, "192.0.2.1, 10.0.0.2"},
                         {Field::XForwardedProto, "https"},
                         {Field::XForwardedHost, "a, b, c"}}),
              "192.0.2.1 https c");
}

TEST(ResolveClient, ReadsOnlyTheFieldsThatTheProxiesWrite) {
    EXPECT_EQ(client_of({{Field::XForwardedFor, "192.0.2.1"}, {Field::Forwarded, "for=192.0.2.9"}}),
              "192.0.2.1  ");
    EXPECT_EQ(client_of({{Field::XForwardedFor, "192.0.2.9"}, {Field::Forwarded, "for=192.0.2.1"}},
                        "10.0.0.0/8",
                        "10.0.0.1",
                        ForwardedHeaders::Forwarded),
              "192.0.2.1  ");
}

TEST(ResolveClient, ReadsForwarded) {
    EXPECT_EQ(client_of_forwarded("for=192.0.2.1;proto=https;host=a.example"),
              "192.0.2.1 https a.example");
    EXPECT_EQ(client_of_forwarded("For=\"[2001:db8:cafe::17]:4711\";by=10.0.0.1"),
              "2001:db8:cafe::17  ");
    EXPECT_EQ(client_of_forwarded("for=_hidden;proto=http, for=10.0.0.2"), "_hidden http ");
    EXPECT_EQ(client_of_forwarded("for=\"_a:_b\""), "_a  ");
    EXPECT_EQ(
        client_of_forwarded("for=127.0.0.1;proto=ftp, for=192.0.2.1, for=10.0.0.2;proto=https"),
        "192.0.2.1 https ");
    // A proxy that does not say for whom it speaks hides what is before it.
    EXPECT_EQ(client_of_forwarded("for=192.0.2.1, proto=https, for=10.0.0.2"), "10.0.0.2 https ");
}

TEST(ResolveClient, RefusesAForwardedFieldThatAQuoteOfTheClientBroke) {
    EXPECT_EQ(client_of_forwarded("for=\"evil, for=192.0.2.1"), kBad);
    EXPECT_EQ(client_of_forwarded("for=\"evil, for=\"[2001:db8::1]\""), kBad);
}

TEST(ResolveClient, LimitsTheChain) {
    std::string chain = "192.0.2.1";
    for (std::size_t i = 1; i < kMaxForwardedElements; ++i) chain += ",10.0.0.2";
    EXPECT_EQ(client_for(chain), "192.0.2.1  ");
    EXPECT_EQ(client_for(chain + ",10.0.0.2"), kBad);
}

// The examples of RFC 7239 section 4.
TEST(Forwarded, IsTakenApart) {
    using Elements = std::vector<ForwardedElement>;
    EXPECT_EQ(parse_forwarded("for=\"_gazonk\"").value(), (Elements{{"", "_gazonk", "", ""}}));
    EXPECT_EQ(parse_forwarded("for=192.0.2.60;proto=http;by=203.0.113.43").value(),
              (Elements{{"203.0.113.43", "192.0.2.60", "", "http"}}));
    EXPECT_EQ(parse_forwarded(" ,for=192.0.2.43 , FOR=\"a\\\"b\" ; secret=x;; host=h,").value(),
              (Elements{{"", "192.0.2.43", "", ""}, {"", "a\"b", "h", ""}}));
    EXPECT_TRUE(parse_forwarded("").value().empty());
}

TEST(Forwarded, RefusesWhatIsMalformed) {
    for (const char* text : {"for",
                             "for=",
                             "for =a",
                             "for= a",
                             "=a",
                             "for=a b",
                             "for=a;for=b",
                             "for=[::1]",
                             "for=\"a",
                             "for=\"\"",
                             "for=a:80",
                             "for=\"a\"b"}) {
        EXPECT_EQ(parse_forwarded(text).error(), Error::BadForwarded) << text;
    }
}

}  // namespace
}  // namespace indrik::http::tests
