// wss: whom a client trusts, and whom it refuses.

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "indrik/client/websocket.hpp"
#include "indrik/net/tls_context.hpp"
#include "indrik/net/tls_stream.hpp"
#include "indrik/web/websocket_response.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/served.hpp"
#include "tests/unit/client/raw_server.hpp"

namespace indrik::client {
namespace {

using test::Served;

Task<web::Response> echo(web::Request& request) {
    web::WebSocketResponse socket;
    co_await socket.prepare(request);
    for (;;) {
        const auto message = co_await socket.receive();
        if (!message) break;
        co_await socket.send_str(message->text());
    }
    co_return std::move(socket);
}

web::ServerOptions encrypted(const net::TLSServerOptions& tls) {
    web::ServerOptions options;
    options.tls = net::TLSContext::make_server(tls);
    return options;
}

web::ServerOptions encrypted(const net::CertificateFiles& files) {
    net::TLSServerOptions tls;
    tls.certificates = {files};
    return encrypted(tls);
}

std::shared_ptr<net::TLSContext> trusting(const test::Authority& authority) {
    net::TLSClientOptions options;
    options.ca_file = authority.file();
    options.protocols = {"http/1.1"};
    return net::TLSContext::make_client(options);
}

std::string url_of(const Served& served, const std::string& host = "localhost") {
    return "wss://" + host + ":" + std::to_string(served.port()) + "/ws";
}

template <class Error>
Task<std::string> failure_of(std::string url, WebSocketOptions options) {
    try {
        static_cast<void>(co_await ws_connect(std::move(url), std::move(options)));
        co_return "connected";
    } catch (const Error& error) {
        co_return error.what();
    }
}

CO_TEST(ClientWebSocketTLS, SpeaksWithWhomItTrusts) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    test::Authority authority("CA");
    const net::CertificateFiles files =
        authority.issue(test::Subject("s").dns("localhost").ip("127.0.0.1"));
    Served served(executor, echo, encrypted(files));
    co_await served.start();
    WebSocketOptions options;
    options.tls(trusting(authority));
    for (const std::string host : {"localhost", "127.0.0.1"}) {
        WebSocket socket = co_await ws_connect(url_of(served, host), options);
        CO_ASSERT(socket.tls() != nullptr);
        EXPECT_EQ("TLSv1.3", socket.tls()->version());
        EXPECT_EQ("http/1.1", socket.tls()->protocol());
        const std::string large(1'000'000, 'x');
        co_await socket.send_str(large);
        const auto answer = co_await socket.receive_str();
        EXPECT_TRUE(answer == large);
        co_await socket.close();
        EXPECT_EQ(1000, socket.close_code());
        EXPECT_EQ(nullptr, socket.tls());
    }
    co_await served.stop();
}

CO_TEST(ClientWebSocketTLS, RefusesCertificates) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    test::Authority authority("CA");
    test::Authority stranger("Stranger");
    const auto check = [&](const net::CertificateFiles& files, std::string reason) -> Task<> {
        Served served(executor, echo, encrypted(files));
        co_await served.start();
        WebSocketOptions options;
        options.tls(trusting(authority));
        const std::string failure =
            co_await failure_of<ClientConnectorCertificateError>(url_of(served), options);
        const std::string begin = "TLS with localhost:" + std::to_string(served.port()) +
                                  ": certificate verification failed: ";
        EXPECT_EQ(begin + reason, failure);
        co_await served.stop();
    };
    const net::CertificateFiles unknown = stranger.issue(test::Subject("s").dns("localhost"));
    co_await check(unknown, "unable to get local issuer certificate");
    const net::CertificateFiles misnamed = authority.issue(test::Subject("s").dns("other.example"));
    co_await check(misnamed, "hostname mismatch");
    const net::CertificateFiles expired =
        authority.issue(test::Subject("s").dns("localhost").valid(-7200, -3600));
    co_await check(expired, "certificate has expired");
    const net::CertificateFiles early =
        authority.issue(test::Subject("s").dns("localhost").valid(3600, 7200));
    co_await check(early, "certificate is not yet valid");
}

CO_TEST(ClientWebSocketTLS, TrustsTheSystemByDefault) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    test::Authority authority("CA");
    const net::CertificateFiles files = authority.issue(test::Subject("s").dns("localhost"));
    Served served(executor, echo, encrypted(files));
    co_await served.start();
    const std::string failure =
        co_await failure_of<ClientConnectorCertificateError>(url_of(served), WebSocketOptions());
    EXPECT_NE(std::string::npos, failure.find("certificate verification failed: ")) << failure;
    co_await served.stop();
}

CO_TEST(ClientWebSocketTLS, AsksForTheNameItIsTold) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    test::Authority authority("CA");
    const net::CertificateFiles files = authority.issue(test::Subject("s").dns("chat.example"));
    Served served(executor, echo, encrypted(files));
    co_await served.start();
    WebSocketOptions options;
    options.tls(trusting(authority)).server_name("chat.example");
    WebSocket socket = co_await ws_connect(url_of(served, "127.0.0.1"), options);
    co_await socket.send_str("x");
    const auto answer = co_await socket.receive_str();
    EXPECT_EQ("x", answer);
    co_await socket.close();
    co_await served.stop();
}

CO_TEST(ClientWebSocketTLS, ShowsACertificateOfItsOwn) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    test::Authority authority("CA");
    net::TLSServerOptions tls;
    tls.certificates = {authority.issue(test::Subject("s").dns("localhost"))};
    tls.client_certificates = net::ClientCertificates::Required;
    tls.client_ca_file = authority.file();
    Served served(executor, echo, encrypted(tls));
    co_await served.start();
    net::TLSClientOptions mine;
    mine.ca_file = authority.file();
    WebSocketOptions without;
    without.tls(net::TLSContext::make_client(mine));
    const std::string failure = co_await failure_of<ClientConnectionError>(url_of(served), without);
    EXPECT_NE("connected", failure);
    mine.certificate = authority.issue(test::Subject("alice"));
    WebSocketOptions with;
    with.tls(net::TLSContext::make_client(mine));
    WebSocket socket = co_await ws_connect(url_of(served), with);
    co_await socket.send_str("x");
    const auto answer = co_await socket.receive_str();
    EXPECT_EQ("x", answer);
    co_await socket.close();
    co_await served.stop();
}

CO_TEST(ClientWebSocketTLS, NoticesAServerWithoutTLS) {
    test::RawServer server([](test::RawServer::Peer& peer) {
        peer.receive(1);
        peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.end_sending();
        peer.receive_all();
    });
    const std::string url = "wss://127.0.0.1:" + std::to_string(server.port()) + "/";
    const std::string failure =
        co_await failure_of<ClientConnectorSSLError>(url, WebSocketOptions());
    EXPECT_EQ(0u, failure.find("TLS with 127.0.0.1:" + std::to_string(server.port()) + ": "))
        << failure;
}

}  // namespace
}  // namespace indrik::client
