// What connections bring before their first request. The peer of a MemoryStream is 127.0.0.1.

#include "indrik/web/opening.hpp"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>

#include "indrik/net/proxied_stream.hpp"
#include "indrik/net/tls_context.hpp"
#include "indrik/web/access_log.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using test::MemoryClient;
using test::summary;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kHeader = "PROXY TCP4 192.0.2.1 198.51.100.2 50001 443\r\n";
const std::string kLocal = "\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00"s;
const std::string kUnix = "\r\n\r\n\0\r\nQUIT\n\x21\x31\x00\xD8/client"s + std::string(209, '\0');

ServerOptions proxy_options(std::string_view allowed, std::string_view trusted = "") {
    ServerOptions options;
    options.proxy_protocol.emplace();
    options.proxy_protocol->allow_from = http::TrustedProxies::parse(allowed).value();
    if (!trusted.empty())
        options.forwarded_allow_ips = http::TrustedProxies::parse(trusted).value();
    return options;
}

Application remote_app() {
    Application app;
    app.add_route(get("/", [](Request& request) {
        return Response().text(std::string(request.remote()) + " " + request.url());
    }));
    return app;
}

std::ptrdiff_t lines_of(const std::string& log) {
    return std::count(log.begin(), log.end(), '\n');
}

class ProxyProtocolTest : public testing::Test {
protected:
    test::ServerRun run{remote_app(), proxy_options("127.0.0.1")};
};

TEST_F(ProxyProtocolTest, WhoIsAnnouncedIsThePeer) {
    EXPECT_EQ(summary(run.answers_to(kHeader + get_request("/"))), "200 192.0.2.1 http://test/");
    EXPECT_EQ(run.log(), "");
}

TEST_F(ProxyProtocolTest, TheHeaderComesInAnyPieces) {
    const std::string whole = kHeader + get_request("/");
    for (std::size_t split = 1; split < whole.size(); ++split) {
        const std::string_view all = whole;
        EXPECT_EQ(summary(run.answers_to({all.substr(0, split), all.substr(split)})),
                  "200 192.0.2.1 http://test/")
            << split;
    }
    MemoryClient client = run.connect();
    for (const char byte : whole) {
        EXPECT_EQ(client.received(), "");
        client.send({&byte, 1});
        run.settle();
    }
    EXPECT_EQ(summary(client.received()), "200 192.0.2.1 http://test/");
}

TEST_F(ProxyProtocolTest, OneHeaderCountsForAllRequests) {
    EXPECT_EQ(summary(run.answers_to({kHeader + get_request("/"), get_request("/")})),
              "200 192.0.2.1 http://test/|200 192.0.2.1 http://test/");
}

TEST_F(ProxyProtocolTest, WithoutAnAddressThatOfTheConnectionCounts) {
    for (const std::string& header : {kLocal, "PROXY UNKNOWN\r\n"s, kUnix}) {
        EXPECT_EQ(summary(run.answers_to(header + get_request("/"))), "200 127.0.0.1 http://test/");
    }
}

TEST_F(ProxyProtocolTest, OldClientsWithoutAHostGetTheAnnouncedOne) {
    EXPECT_EQ(summary(run.answers_to(kHeader + "GET / HTTP/1.0\r\n\r\n")),
              "200 192.0.2.1 http://198.51.100.2:443/");
}

TEST_F(ProxyProtocolTest, AProxyThatSpeaksTLSWithTheClientSaysSo) {
    const std::string header =
        "\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x14\xC0\x00\x02\x01\xC6\x33\x64\x02\xC3\x50\x01\xBB"s +
        "\x20\x00\x05\x01\x00\x00\x00\x00"s;
    EXPECT_EQ(summary(run.answers_to(header + get_request("/"))), "200 192.0.2.1 https://test/");
}

TEST_F(ProxyProtocolTest, AServerThatEndsWaitsOneSecond) {
    MemoryClient early = run.connect();
    run.server().drain();
    run.pass(500ms);
    EXPECT_FALSE(early.is_closed());
    early.send(kHeader + get_request("/"));
    run.settle();
    EXPECT_EQ(summary(early.received()), "200 192.0.2.1 http://test/");
    MemoryClient silent = run.connect();  // from the queue
    run.pass(500ms);
    EXPECT_FALSE(silent.is_closed());
    run.pass(1s);
    EXPECT_TRUE(silent.is_closed());
}

TEST_F(ProxyProtocolTest, WithoutAHeaderTheConnectionEndsWithOneLine) {
    EXPECT_EQ(run.answers_to(get_request("/")), "");
    EXPECT_THAT(run.log(),
                HasSubstr("Connection from 127.0.0.1:50000 closed: no PROXY protocol header\n"));
    EXPECT_EQ(lines_of(run.log()), 1);
    EXPECT_EQ(run.server().statistics().requests, 0u);
}

TEST_F(ProxyProtocolTest, ABadHeaderEndsTheConnectionWithOneLine) {
    EXPECT_EQ(run.answers_to("PROXY TCP4 nonsense\r\n" + get_request("/")), "");
    EXPECT_THAT(run.log(), HasSubstr("closed: malformed PROXY protocol line\n"));
    EXPECT_EQ(lines_of(run.log()), 1);
}

TEST_F(ProxyProtocolTest, AConnectionThatEndsWithoutAWordIsNoNews) {
    EXPECT_EQ(run.answers_to(""), "");  // a health check
    EXPECT_THAT(run.log(), testing::Not(HasSubstr("warning")));
    EXPECT_EQ(run.answers_to("PROXY"), "");
    EXPECT_THAT(run.log(), HasSubstr("closed: connection ended within the PROXY"));
}

TEST_F(ProxyProtocolTest, TheHeaderHasTheHeaderTimeout) {
    MemoryClient client = run.connect();
    client.send("PROXY ");
    run.pass(9s);
    EXPECT_FALSE(client.is_closed());
    EXPECT_EQ(run.server().statistics().connections, 1u);
    run.pass(2s);
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(client.received(), "");
    EXPECT_THAT(run.log(), HasSubstr("closed: no PROXY protocol header came in time\n"));
    EXPECT_EQ(run.server().statistics().connections, 0u);
}

TEST_F(ProxyProtocolTest, CancellationOfTheServerIsNotLogged) {
    MemoryClient client = run.connect();
    run.end();
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(run.log(), "");
}

TEST(ProxyProtocol, OthersAreServedWithoutAHeader) {
    test::ServerRun run(remote_app(), proxy_options("10.0.0.0/8"));
    EXPECT_EQ(summary(run.answers_to(get_request("/"))), "200 127.0.0.1 http://test/");
    EXPECT_EQ(summary(run.answers_to({"G", "ET / HTTP/1.1\r\nHost: test\r\n", "\r\n"})),
              "200 127.0.0.1 http://test/");
    EXPECT_EQ(run.log(), "");
}

TEST(ProxyProtocol, OthersMustNotSendOne) {
    for (const std::string& header : {kHeader, kLocal}) {
        test::ServerRun run(remote_app(), proxy_options("10.0.0.0/8"));
        const std::string answer = run.answers_to(header + get_request("/"));
        EXPECT_THAT(summary(answer), StartsWith("403 This address must not send"));
        EXPECT_THAT(run.log(),
                    HasSubstr("Connection from 127.0.0.1:50000 closed: PROXY protocol header from "
                              "an address that must not send one\n"));
    }
}

// Whoever speaks HTTP is believed or not, not who carries the bytes: a proxy of the PROXY protocol passes on any field.
TEST(ProxyProtocol, ForwardedFieldsAreBelievedFromWhoIsAnnounced) {
    const std::string request = get_request("/", "X-Forwarded-For: 203.0.113.9\r\n");
    test::ServerRun carried(remote_app(), proxy_options("127.0.0.1", "127.0.0.1"));
    EXPECT_EQ(summary(carried.answers_to(kHeader + request)), "200 192.0.2.1 http://test/");
    EXPECT_EQ(summary(carried.answers_to(kLocal + request)), "200 203.0.113.9 http://test/");
    test::ServerRun behind(remote_app(), proxy_options("127.0.0.1", "192.0.2.0/24"));
    EXPECT_EQ(summary(behind.answers_to(kHeader + request)), "200 203.0.113.9 http://test/");
}

TEST(ProxyProtocol, ConnectionsCountForTheAnnouncedAddress) {
    ServerOptions options = proxy_options("127.0.0.1");
    options.max_connections_per_address = 1;
    test::ServerRun run(remote_app(), options);
    MemoryClient first = run.connect();
    MemoryClient same = run.connect();
    MemoryClient other = run.connect();
    first.send(kHeader + get_request("/"));
    run.settle();
    same.send(kHeader + get_request("/"));
    other.send("PROXY TCP4 192.0.2.3 198.51.100.2 50001 443\r\n" + get_request("/"));
    run.settle();
    EXPECT_EQ(summary(first.take_received()), "200 192.0.2.1 http://test/");
    EXPECT_THAT(summary(same.take_received()), StartsWith("503 "));
    EXPECT_EQ(summary(other.take_received()), "200 192.0.2.3 http://test/");
}

// A connection that was reset before the server looked has no address; it was taken for a Unix socket, whom everybody trusts.
TEST(ProxyProtocol, WhoHasNoAddressIsNotTrusted) {
    const std::string request = get_request("/", "X-Forwarded-For: 203.0.113.9\r\n");
    const auto answer_to = [&](const std::string& sent) {
        test::ServerRun run(remote_app(), proxy_options("127.0.0.1", "127.0.0.1"));
        MemoryClient client;
        run.server().serve(
            std::make_unique<net::ProxiedStream>(client.stream(), net::ProxyHeader()));
        client.send(sent);
        run.settle();
        return summary(client.take_received());
    };
    EXPECT_EQ(answer_to(request), "200  http://test/");
    EXPECT_THAT(answer_to(kHeader + request), StartsWith("403 "));
}

TEST(ProxyProtocol, TheAccessLogHasTheAnnouncedAddress) {
    auto sink = std::make_shared<MemorySink>();
    AccessLogger access_log(sink, "%(h)s");
    ServerOptions options = proxy_options("127.0.0.1");
    options.access_log = &access_log;
    {
        test::ServerRun run(remote_app(), options);
        run.answers_to(kHeader + get_request("/"));
    }
    EXPECT_EQ(sink->text(), "192.0.2.1\n");
}

TEST(ProxyProtocol, OnlyTheVersionsThatAreAllowed) {
    ServerOptions options = proxy_options("127.0.0.1");
    options.proxy_protocol->header.accepts_v1 = false;
    test::ServerRun run(remote_app(), options);
    EXPECT_EQ(run.answers_to(kHeader + get_request("/")), "");
    EXPECT_EQ(summary(run.answers_to(kLocal + get_request("/"))), "200 127.0.0.1 http://test/");
}

TEST(Opening, PlainHTTPOnATLSPortIsTold) {
    test::Authority authority("Test CA");
    net::TLSServerOptions tls;
    tls.certificates = {authority.issue(test::Subject("localhost").dns("localhost"))};
    ServerOptions options;
    options.tls = net::TLSContext::make_server(tls);
    test::ServerRun run(remote_app(), options);
    EXPECT_THAT(summary(run.answers_to(get_request("/"))), StartsWith("400 A plain HTTP request"));

    options = proxy_options("127.0.0.1");
    options.tls = net::TLSContext::make_server(tls);
    test::ServerRun proxied(remote_app(), options);
    EXPECT_THAT(summary(proxied.answers_to(kHeader + get_request("/"))),
                StartsWith("400 A plain HTTP request"));
}

// A reset must not overtake the alert, which says to the client what is wrong.
TEST(Opening, WhoFailsTheHandshakeIsHeardOut) {
    test::Authority authority("Test CA");
    net::TLSServerOptions tls;
    tls.certificates = {authority.issue(test::Subject("localhost").dns("localhost"))};
    ServerOptions options;
    options.tls = net::TLSContext::make_server(tls);
    test::ServerRun run(remote_app(), options);
    MemoryClient client = run.connect();
    client.send("\x16\x03\x01\x00\x04\xFF\xFF\xFF\xFF"s);
    run.settle();
    EXPECT_THAT(client.received(), StartsWith("\x15\x03"));
    EXPECT_TRUE(client.is_ended());
    EXPECT_FALSE(client.is_closed());
    client.send("more");
    run.settle();
    EXPECT_EQ(client.unread(), 0u);
    client.end();
    run.settle();
    EXPECT_TRUE(client.is_closed());
    EXPECT_THAT(run.log(), HasSubstr("The TLS handshake of 127.0.0.1:50000 failed: "));
}

TEST(Opening, AHandshakeHasTheHeaderTimeoutAndCountsAsAConnection) {
    test::Authority authority("Test CA");
    net::TLSServerOptions tls;
    tls.certificates = {authority.issue(test::Subject("localhost").dns("localhost"))};
    ServerOptions options;
    options.tls = net::TLSContext::make_server(tls);
    test::ServerRun run(remote_app(), options);
    MemoryClient client = run.connect();
    client.send("\x16\x03\x01\x02");
    run.pass(9s);
    EXPECT_FALSE(client.is_closed());
    EXPECT_EQ(run.server().statistics().connections, 1u);
    run.pass(2s);
    EXPECT_TRUE(client.is_closed());
    EXPECT_THAT(run.log(), HasSubstr("failed: it took too long"));
}

}  // namespace
}  // namespace indrik::web
