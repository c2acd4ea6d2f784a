// The code of framework/docs/websocket-client.md.

#include <algorithm>
#include <chrono>
#include <string>

#include <gtest/gtest.h>
#include <indrik/client.hpp>

#include "indrik/core/sleep.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/websocket_response.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/served.hpp"

namespace client = indrik::client;
using indrik::Task;
using namespace std::chrono_literals;
namespace web = indrik::web;
using indrik::test::Served;

namespace {

Task<std::size_t> listen(std::string url) {
    std::size_t count = 0;
    client::WebSocket socket = co_await client::ws_connect(url);
    co_await socket.send_str("news");
    for (;;) {
        const auto message = co_await socket.receive();
        if (!message) break;
        count += message->text().size();
    }
    co_await socket.close();
    co_return count;
}

client::WebSocketOptions chat_options(const std::string& token) {
    client::WebSocketOptions options;
    options.protocols("chat.v2", "chat.v1").compress(true).heartbeat(20s);
    options.header("Authorization", "Bearer " + token).origin("https://app.example.com");
    options.connect_timeout(5s).max_msg_size(64 * 1024);
    return options;
}

client::WebSocketOptions trust(const std::string& ca_file) {
    indrik::net::TLSClientOptions tls;
    tls.ca_file = ca_file;
    client::WebSocketOptions options;
    options.tls(indrik::net::TLSContext::make_client(tls));
    return options;
}

Task<std::string> try_to_connect(std::string url) {
    try {
        client::WebSocket socket = co_await client::ws_connect(url);
        co_return "connected";
    } catch (const client::WSServerHandshakeError& error) {
        co_return "status " + std::to_string(static_cast<int>(error.status()));
    } catch (const client::ClientConnectionError& error) {
        co_return error.what();
    }
}

Task<> keep_listening(std::string url, int attempts) {
    auto pause = 10ms;
    for (int i = 0; i < attempts; ++i) {
        try {
            co_await listen(url);
            pause = 10ms;
        } catch (const client::ClientError&) {
            pause = std::min(2 * pause, 10'000ms);
        }
        co_await indrik::sleep_for(pause);
    }
}

Task<web::Response> news(web::Request& request) {
    web::WebSocketOptions options;
    options.allowed_origins("*").protocols("chat.v1");
    web::WebSocketResponse socket(options);
    co_await socket.prepare(request);
    const auto wish = co_await socket.receive_str();
    if (wish == "news") co_await socket.send_str("nothing new");
    co_return std::move(socket);
}

CO_TEST(GuideWebSocketClient, Listens) {
    const indrik::LoopExecutor executor = co_await asio::this_coro::executor;
    Served served(executor, news);
    co_await served.start();
    const std::size_t count = co_await listen(served.url());
    EXPECT_EQ(11u, count);
    co_await keep_listening(served.url(), 2);
    client::WebSocket chat = co_await client::ws_connect(served.url(), chat_options("t"));
    EXPECT_EQ("chat.v1", chat.protocol());
    EXPECT_TRUE(chat.is_compressed());
    co_await chat.close();
    const std::string outcome = co_await try_to_connect(served.url());
    EXPECT_EQ("connected", outcome);
    co_await served.stop();
    const std::string refused = co_await try_to_connect(served.url());
    EXPECT_NE(std::string::npos, refused.find("Connection refused")) << refused;
}

CO_TEST(GuideWebSocketClient, SeesTheStatus) {
    const indrik::LoopExecutor executor = co_await asio::this_coro::executor;
    auto handler = [](web::Request&) -> Task<web::Response> { throw web::HTTPForbidden(); };
    Served served(executor, handler);
    co_await served.start();
    const std::string outcome = co_await try_to_connect(served.url());
    EXPECT_EQ("status 403", outcome);
    co_await served.stop();
}

CO_TEST(GuideWebSocketClient, TrustsAPrivateAuthority) {
    const indrik::LoopExecutor executor = co_await asio::this_coro::executor;
    indrik::test::Authority authority("CA");
    indrik::net::TLSServerOptions tls;
    tls.certificates = {authority.issue(indrik::test::Subject("s").dns("localhost"))};
    web::ServerOptions server;
    server.tls = indrik::net::TLSContext::make_server(tls);
    Served served(executor, news, server);
    co_await served.start();
    const std::string url = "wss://localhost:" + std::to_string(served.port()) + "/ws";
    client::WebSocket socket = co_await client::ws_connect(url, trust(authority.file()));
    EXPECT_NE(nullptr, socket.tls());
    co_await socket.close();
    co_await served.stop();
}

}  // namespace
