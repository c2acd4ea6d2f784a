// What a server may answer to the handshake, and what a client makes of it.

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "indrik/client/websocket.hpp"
#include "indrik/core/cancellation.hpp"
#include "indrik/core/timeout.hpp"
#include "tests/support/co_test.hpp"
#include "tests/unit/client/raw_server.hpp"

namespace indrik::client {
namespace {

using namespace std::chrono_literals;
using test::RawServer;
using Peer = RawServer::Peer;

/// What ws_connect throws; "connected" if it does not.
template <class Error>
Task<std::string> failure_of(std::string url, WebSocketOptions options = WebSocketOptions()) {
    try {
        static_cast<void>(co_await ws_connect(std::move(url), std::move(options)));
        co_return "connected";
    } catch (const Error& error) {
        co_return error.what();
    }
}

/// What becomes of an answer that is sent as it is.
Task<std::string> failure_with(std::string answer) {
    RawServer server([answer](Peer& peer) {
        peer.read_head();
        peer.send(answer);
    });
    std::string failure = co_await failure_of<ClientError>(server.url());
    const std::size_t url = failure.find(server.url());
    if (url != std::string::npos) failure.replace(url, server.url().size(), "URL");
    co_return failure;
}

CO_TEST(WebSocketHandshake, AsksAsItIsTold) {
    std::string head;
    RawServer server([&head](Peer& peer) {
        head = peer.read_head();
        peer.accept("Sec-WebSocket-Protocol: b\r\nX-Server: me\r\n");
    });
    WebSocketOptions options;
    options.protocols("a", "b")
        .origin("https://page.example")
        .header("Cookie", "s=1")
        .header("X-A", "1");
    const WebSocket socket = co_await ws_connect(server.url("/chat?room=1"), options);
    EXPECT_EQ("b", socket.protocol());
    EXPECT_EQ("me", socket.headers().get("X-Server"));
    EXPECT_EQ(server.url("/chat?room=1"), socket.url());
    EXPECT_FALSE(socket.is_compressed());
    EXPECT_EQ(nullptr, socket.tls());
    EXPECT_EQ(0u,
              head.find("GET /chat?room=1 HTTP/1.1\r\nHost: 127.0.0.1:" +
                        std::to_string(server.port()) + "\r\n"))
        << head;
    for (const char* const line : {"Cookie: s=1",
                                   "X-A: 1",
                                   "Origin: https://page.example",
                                   "User-Agent: indrik/",
                                   "Connection: Upgrade",
                                   "Upgrade: websocket",
                                   "Sec-WebSocket-Version: 13",
                                   "Sec-WebSocket-Protocol: a, b"}) {
        EXPECT_NE(std::string::npos, head.find(std::string("\r\n") + line)) << line << "\n" << head;
    }
    EXPECT_EQ(std::string::npos, head.find("Sec-WebSocket-Extensions"));
}

CO_TEST(WebSocketHandshake, TakesHostAndAgentFromTheCaller) {
    std::string head;
    RawServer server([&head](Peer& peer) {
        head = peer.read_head();
        peer.accept();
    });
    WebSocketOptions options;
    options.header("Host", "virtual.example").header("User-Agent", "mine");
    const WebSocket socket = co_await ws_connect(server.url(), options);
    EXPECT_NE(std::string::npos, head.find("\r\nHost: virtual.example\r\n")) << head;
    EXPECT_NE(std::string::npos, head.find("\r\nUser-Agent: mine\r\n")) << head;
    EXPECT_EQ(std::string::npos, head.find("127.0.0.1")) << head;
}

TEST(WebSocketHandshake, RefusesFieldsThatWouldBreakIt) {
    WebSocketOptions options;
    for (const char* const name : {"Upgrade",
                                   "connection",
                                   "Sec-WebSocket-Key",
                                   "sec-websocket-extensions",
                                   "Content-Length",
                                   "Transfer-Encoding"}) {
        EXPECT_THROW(options.header(name, "x"), std::invalid_argument) << name;
    }
    EXPECT_THROW(options.header("X", "a\r\nb: c"), std::invalid_argument);
    EXPECT_THROW(options.header("a b", "x"), std::invalid_argument);
}

CO_TEST(WebSocketHandshake, TurnsALoginIntoBasicAuthentication) {
    std::string head;
    RawServer server([&head](Peer& peer) {
        head = peer.read_head();
        peer.accept();
    });
    const WebSocket socket =
        co_await ws_connect("ws://user:pa%3Ass@127.0.0.1:" + std::to_string(server.port()) + "/");
    EXPECT_NE(std::string::npos, head.find("\r\nAuthorization: Basic dXNlcjpwYTpzcw==\r\n"))
        << head;
    EXPECT_EQ(server.url(), socket.url());
}

CO_TEST(WebSocketHandshake, SaysWhatItGotInstead) {
    const std::string forbidden = co_await failure_with(
        "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
        "16\r\n\r\npages of x\nmore!");
    EXPECT_EQ("URL answers the WebSocket handshake with 403 Forbidden: pages of x", forbidden);
    const std::string page = co_await failure_with(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\n<p>");
    EXPECT_EQ("URL answers the WebSocket handshake with 200 OK", page);
    const std::string bare = co_await failure_with("HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ("URL answers the WebSocket handshake with 404 Not Found", bare);
}

CO_TEST(WebSocketHandshake, GivesStatusFieldsAndBody) {
    RawServer server([](Peer& peer) {
        peer.read_head();
        peer.send(
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 4000\r\n\r\n");
        for (int i = 0; i < 4000; ++i) peer.send("w");  // which the client reads bit by bit
    });
    try {
        static_cast<void>(co_await ws_connect(server.url()));
        ADD_FAILURE() << "connected";
    } catch (const WSServerHandshakeError& error) {
        EXPECT_EQ(http::Status::TooManyRequests, error.status());
        EXPECT_EQ("7", error.headers().get("Retry-After"));
        EXPECT_EQ(std::string(4000, 'w'), error.body());
    }
}

CO_TEST(WebSocketHandshake, IsCheckedToTheLetter) {
    struct Case {
        std::string upgrade = "Upgrade: websocket\r\n";
        std::string connection = "Connection: Upgrade\r\n";
        std::string accept;  // "": the right one
        std::string more;
        std::string reason;
    };
    std::vector<Case> cases(8);
    cases[0].upgrade = "";
    cases[1].upgrade = "Upgrade: h2c\r\n";
    cases[2].connection = "Connection: close\r\n";
    cases[3].accept = "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n";
    cases[4].accept = "X: no\r\n";
    cases[5].more = "Sec-WebSocket-Protocol: other\r\n";
    cases[6].more = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    cases[7].more = "Sec-WebSocket-Extensions: ;;\r\n";
    for (const Case& one : cases) {
        RawServer server([&one](Peer& peer) {
            peer.read_head();
            const std::string accept = one.accept.empty()
                                           ? "Sec-WebSocket-Accept: " + peer.accept_key() + "\r\n"
                                           : one.accept;
            peer.send("HTTP/1.1 101 Switching Protocols\r\n" + one.upgrade + one.connection +
                      accept + one.more + "\r\n");
            EXPECT_EQ("", peer.receive_all());
        });
        WebSocketOptions options;
        options.protocols("chat");
        const std::string failure =
            co_await failure_of<WSServerHandshakeError>(server.url(), options);
        EXPECT_NE(std::string::npos, failure.find(" breaks the WebSocket handshake: ")) << failure;
    }
}

CO_TEST(WebSocketHandshake, RefusesCompressionOtherThanOffered) {
    for (const char* const answer : {"permessage-deflate; server_max_window_bits=16",
                                     "permessage-deflate; x",
                                     "permessage-deflate, permessage-deflate",
                                     "other",
                                     "permessage-deflate"}) {
        RawServer server([answer](Peer& peer) {
            peer.read_head();
            peer.accept("Sec-WebSocket-Extensions: " + std::string(answer) + "\r\n");
        });
        websocket::DeflateOptions deflate;
        deflate.context_takeover = false;
        WebSocketOptions options;
        options.compress(deflate);
        const std::string failure =
            co_await failure_of<WSServerHandshakeError>(server.url(), options);
        EXPECT_NE(std::string::npos, failure.find(" breaks the WebSocket handshake: "))
            << answer << failure;
    }
}

CO_TEST(WebSocketHandshake, RefusesWhatIsNoHTTP) {
    for (const std::string answer : {"SSH-2.0-OpenSSH\r\n",
                                     "HTTP/1.1 abc\r\n\r\n",
                                     "HTTP/1.1 101 x\nUpgrade: websocket\n\n",
                                     "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n"}) {
        const std::string failure = co_await failure_with(answer);
        EXPECT_EQ(0u, failure.find("URL answers with something that is no HTTP: ")) << failure;
    }
    const std::string endless =
        co_await failure_with("HTTP/1.1 101 x\r\nA: " + std::string(200'000, 'x'));
    EXPECT_EQ(0u, endless.find("URL answers with something that is no HTTP: ")) << endless;
}

CO_TEST(WebSocketHandshake, NoticesAServerThatGoes) {
    const std::string at_once = co_await failure_with("");
    EXPECT_EQ("the server ended the connection without an answer", at_once);
    const std::string within = co_await failure_with("HTTP/1.1 101 Swi");
    EXPECT_EQ("the server ended the connection within its answer", within);
    RawServer server([](Peer& peer) {
        peer.read_head();
        test::reset(UniqueFd(::dup(peer.socket().get())));
    });
    const std::string reset = co_await failure_of<ClientConnectionError>(server.url());
    EXPECT_NE("connected", reset);
}

CO_TEST(WebSocketHandshake, PassesOverInformationalResponses) {
    RawServer server([](Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
        peer.accept();
    });
    const WebSocket socket = co_await ws_connect(server.url());
    EXPECT_FALSE(socket.closed());
    EXPECT_FALSE(socket.headers().get("Link"));
}

CO_TEST(WebSocketHandshake, TakesItsAnswerInAnyPieces) {
    RawServer server([](Peer& peer) {
        peer.read_head();
        const std::string answer =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, "
            "upgrade\r\n"
            "Sec-WebSocket-Accept: " +
            peer.accept_key() + "\r\n\r\n\x81\x02hi";
        for (const char byte : answer) peer.send(std::string_view(&byte, 1));
        peer.receive_all();
    });
    WebSocket socket = co_await ws_connect(server.url());
    const auto message = co_await socket.receive();
    CO_ASSERT(message);
    EXPECT_EQ("hi", message->text());
}

CO_TEST(WebSocketHandshake, GivesUpInTime) {
    RawServer server([](Peer& peer) {
        peer.read_head();
        EXPECT_EQ("", peer.receive_all());  // the client has gone
    });
    WebSocketOptions options;
    options.connect_timeout(50ms);
    const std::string failure = co_await failure_of<ConnectionTimeoutError>(server.url(), options);
    EXPECT_EQ(server.url() + " does not answer the WebSocket handshake within 50 ms", failure);
}

CO_TEST(WebSocketHandshake, IsCancelled) {
    RawServer server([](Peer& peer) {
        peer.read_head();
        EXPECT_EQ("", peer.receive_all());
    });
    const bool is_timeout =
        co_await test::throws<TimeoutError>(with_timeout(50ms, ws_connect(server.url())));
    EXPECT_TRUE(is_timeout);
}

CO_TEST(WebSocketHandshake, SaysWhyThereIsNoConnection) {
    const UniqueFd bound(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = test::loopback(0);
    CO_ASSERT(::bind(bound.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
              0);
    const std::string port = std::to_string(test::port_of(bound));
    const std::string refused =
        co_await failure_of<ClientConnectorError>("ws://127.0.0.1:" + port + "/");
    EXPECT_EQ("cannot connect to 127.0.0.1:" + port + ": Connection refused", refused);
    const std::string unknown =
        co_await failure_of<ClientConnectorDNSError>("ws://no-such-host.invalid/");
    EXPECT_EQ(0u, unknown.find("cannot find the address of no-such-host.invalid: ")) << unknown;
    const std::string odd = co_await failure_of<ClientConnectorDNSError>("ws://127.1/");
    EXPECT_EQ(0u, odd.find("'127.1' is neither a name nor an address")) << odd;
    const std::string invalid = co_await failure_of<InvalidURL>("127.0.0.1:80");
    EXPECT_EQ("the URL '127.0.0.1:80' is malformed", invalid);
}

CO_TEST(WebSocketHandshake, FollowsRedirectsAndKeepsSecretsAtHome) {
    std::vector<std::string> heads;
    RawServer other([&heads](Peer& peer) {
        heads.push_back(peer.read_head());
        peer.accept();
    });
    RawServer server(
        [&heads, &other](Peer& peer) {
            heads.push_back(peer.read_head());
            const std::string location =
                heads.size() == 1 ? "/second"
                                  : "http://127.0.0.1:" + std::to_string(other.port()) + "/third";
            peer.send("HTTP/1.1 302 Found\r\nLocation: " + location +
                      "\r\nContent-Length: 0\r\n\r\n");
        },
        2);
    WebSocketOptions options;
    options.header("Authorization", "Bearer t").header("Cookie", "c=1").header("X-Kept", "1");
    const WebSocket socket = co_await ws_connect(server.url("/first"), options);
    EXPECT_EQ(other.url("/third"), socket.url());
    CO_ASSERT(heads.size() == 3);
    EXPECT_EQ(0u, heads[1].find("GET /second "));
    EXPECT_NE(std::string::npos, heads[1].find("Authorization: Bearer t"));
    EXPECT_EQ(0u, heads[2].find("GET /third "));
    EXPECT_EQ(std::string::npos, heads[2].find("Authorization")) << heads[2];
    EXPECT_EQ(std::string::npos, heads[2].find("Cookie")) << heads[2];
    EXPECT_NE(std::string::npos, heads[2].find("X-Kept: 1")) << heads[2];
}

CO_TEST(WebSocketHandshake, FollowsNoMoreRedirectsThanItIsAllowed) {
    RawServer server(
        [](Peer& peer) {
            peer.read_head();
            peer.send(
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
        },
        3);
    WebSocketOptions options;
    options.max_redirects(2);
    const std::string failure = co_await failure_of<TooManyRedirects>(server.url(), options);
    EXPECT_EQ(server.url("/again") + " redirects again, after 2 redirects", failure);
    const std::string nowhere =
        co_await failure_with("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ("URL answers the WebSocket handshake with 302 Found", nowhere);
    const std::string elsewhere = co_await failure_with(
        "HTTP/1.1 302 Found\r\nLocation: ftp://x/\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ("the URL 'ftp://x/' must begin with ws:// or wss://", elsewhere);
}

}  // namespace
}  // namespace indrik::client
