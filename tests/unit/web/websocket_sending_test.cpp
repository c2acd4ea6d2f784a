// How a WebSocketResponse sends: slow peers, several senders, messages in pieces, and what outlives the connection.

#include <chrono>
#include <memory>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "indrik/core/task_group.hpp"
#include "indrik/web/websocket_response.hpp"
#include "tests/unit/web/websocket_client.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::ServerRun;
using test::websocket_app;
using test::WebSocketClient;

/// What the handlers below do, and have done.
struct Stage {
    int sent = 0;
    int tried = 0;
    std::string text;
    WebSocketResponse* socket = nullptr;
};
Stage stage;

/// Begins when it is told to.
Task<Response> flood(Request& request) {
    WebSocketResponse socket;
    co_await socket.prepare(request);
    const auto start = co_await socket.receive();
    for (; stage.sent < 100; ++stage.sent) co_await socket.send_bytes(std::string(20'000, 'f'));
    co_return std::move(socket);
}

TEST(WebSocketSending, WaitsForASlowPeer) {
    stage = Stage();
    ServerRun run(websocket_app(flood));
    WebSocketClient client(run);
    client.raw().take_only(50'000);
    client.send_text("go");
    EXPECT_EQ(stage.sent, 2) << "the third has not gone";
    client.raw().take_only(100'000);
    run.settle();
    EXPECT_EQ(stage.sent, 7);
    client.raw().take_only(static_cast<std::size_t>(-1));
    run.settle();
    EXPECT_EQ(stage.sent, 100);
    const std::string events = client.events();
    EXPECT_EQ(events.size(),
              100 * std::string("binary(20000) ").size() + std::string("close(1000) ").size());
}

TEST(WebSocketSending, APeerThatTakesNothingIsLost) {
    stage = Stage();
    ServerRun run(websocket_app(flood));
    WebSocketClient client(run);
    client.raw().take_only(10'000);
    client.send_text("go");
    run.pass(29s);
    EXPECT_FALSE(client.raw().is_closed());
    run.pass(2s);
    EXPECT_TRUE(client.raw().is_closed());
    EXPECT_EQ(run.log().find("Error handling"), std::string::npos) << run.log();
}

Task<> send_many(WebSocketResponse& socket, char letter) {
    for (int i = 0; i < 20; ++i) co_await socket.send_str(std::string(3000, letter));
}

Task<Response> choir(Request& request) {
    WebSocketResponse socket;
    co_await socket.prepare(request);
    const auto start = co_await socket.receive();
    auto sing = [&](TaskGroup& group) -> Task<> {
        for (const char letter : {'a', 'b', 'c'}) group.spawn(send_many(socket, letter));
        co_return;
    };
    co_await with_task_group(sing);
    co_return std::move(socket);
}

TEST(WebSocketSending, SeveralMaySendAtOnce) {
    ServerRun run(websocket_app(choir));
    WebSocketClient client(run);
    client.raw().take_only(1000);
    client.send_text("go");
    for (int i = 0; i < 300; ++i) {
        client.raw().take_only(1000);
        run.settle();
    }
    const std::string events = client.events();
    std::size_t messages = 0;
    for (std::size_t at = 0; (at = events.find("text(3000) ", at)) != std::string::npos; ++at)
        ++messages;
    EXPECT_EQ(messages, 60u) << events.substr(0, 200);
}

Task<Response> broadcaster(Request& request) {
    WebSocketOptions options;
    options.write_limit(10'000);
    if (request.header("X-Policy") == "close") options.slow_peer(SlowPeer::Close);
    WebSocketResponse socket(options);
    co_await socket.prepare(request);
    const auto start = co_await socket.receive();
    for (int i = 0; i < 10; ++i) {
        ++stage.tried;
        if (socket.try_send_bytes(std::string(4'000, 'b'))) ++stage.sent;
    }
    stage.text = socket.closed() ? "closed" : "open";
    const auto next = co_await socket.receive();
    if (next && socket.try_send_str("again")) stage.text += " again";
    co_return std::move(socket);
}

TEST(WebSocketSending, BroadcastersLeaveOutWhatASlowPeerDoesNotTake) {
    stage = Stage();
    ServerRun run(websocket_app(broadcaster));
    WebSocketClient client(run);
    client.raw().take_only(0);
    client.send_text("go");
    EXPECT_EQ(stage.tried, 10);
    EXPECT_EQ(stage.sent, 3) << "two are below the limit, and the third goes beyond it";
    client.raw().take_only(static_cast<std::size_t>(-1));
    run.settle();
    client.send_text("next");
    EXPECT_EQ(stage.text, "open again");
    EXPECT_EQ(client.events(), "binary(4000) binary(4000) binary(4000) text(again) close(1000) ");
}

TEST(WebSocketSending, BroadcastersMayCloseSlowPeers) {
    stage = Stage();
    ServerRun run(websocket_app(broadcaster));
    WebSocketClient client(run, "X-Policy: close\r\n");
    client.raw().take_only(0);
    client.send_text("go");
    EXPECT_EQ(stage.text, "closed");
    client.raw().take_only(static_cast<std::size_t>(-1));
    run.settle();
    EXPECT_EQ(client.events(), "binary(4000) binary(4000) binary(4000) close(1008 too slow) ");
}

Task<> interrupt(WebSocketResponse& socket) {
    co_await socket.ping("between");
    co_await socket.send_str("after");
    stage.text += "sent;";
}

Task<> write_again(WebSocketMessageWriter& writer) {
    co_await writer.write("three");
}

Task<Response> pieces(Request& request) {
    WebSocketResponse socket;
    co_await socket.prepare(request);
    auto work = [&](TaskGroup& group) -> Task<> {
        auto writer = co_await socket.start_text();
        co_await writer.write("one ");
        group.spawn(interrupt(socket));
        co_await test::yield(3);
        stage.text += "two;";
        co_await writer.write("two");
        if (socket.try_send_str("never")) stage.text += "wrong;";
        co_await writer.finish();
        const bool is_finished = co_await test::throws<std::logic_error>(write_again(writer));
        if (is_finished) stage.text += "finished;";
    };
    co_await with_task_group(work);
    co_return std::move(socket);
}

TEST(WebSocketSending, MessagesInPiecesAreNotInterrupted) {
    stage = Stage();
    ServerRun run(websocket_app(pieces));
    WebSocketClient client(run);
    EXPECT_EQ(client.events(), "ping(between) text(one two) text(after) close(1000) ");
    EXPECT_EQ(stage.text.substr(0, 4), "two;");
    EXPECT_NE(stage.text.find("finished;"), std::string::npos);
    EXPECT_EQ(stage.text.find("wrong"), std::string::npos);
}

Task<Response> unfinished(Request& request) {
    WebSocketResponse socket;
    co_await socket.prepare(request);
    {
        auto writer = co_await socket.start_bytes();
        co_await writer.write("beginning");
    }
    co_return std::move(socket);
}

TEST(WebSocketSending, AMessageLeftUnfinishedClosesTheConnection) {
    ServerRun run(websocket_app(unfinished));
    WebSocketClient client(run);
    EXPECT_EQ(client.events(), "close(1011 a message was left unfinished) ");
}

Task<Response> swallow(Request& request) {
    WebSocketResponse socket(WebSocketOptions().max_msg_size(10));
    co_await socket.prepare(request);
    while (auto piece = co_await socket.receive_piece()) {
        stage.sent += static_cast<int>(piece->data().size());
        if (piece->is_last()) co_await socket.send_str(std::to_string(stage.sent));
    }
    co_return std::move(socket);
}

TEST(WebSocketReceiving, TakesMessagesInPiecesOfAnySize) {
    stage = Stage();
    ServerRun run(websocket_app(swallow));
    WebSocketClient client(run);
    client.send_binary(std::string(300'000, 'x'));
    EXPECT_EQ(client.events(), "text(300000) ");
}

Task<> receive_too(WebSocketResponse& socket) {
    co_await test::yield();
    const bool is_refused = co_await test::throws<std::logic_error>(socket.receive());
    stage.text = is_refused ? "refused" : "received";
}

Task<Response> two_receivers(Request& request) {
    WebSocketResponse socket;
    co_await socket.prepare(request);
    auto work = [&](TaskGroup& group) -> Task<> {
        group.spawn(receive_too(socket));
        const auto message = co_await socket.receive();
        co_await socket.send_str(message->data());
    };
    co_await with_task_group(work);
    co_return std::move(socket);
}

TEST(WebSocketReceiving, ASecondReceiverIsAnError) {
    stage = Stage();
    ServerRun run(websocket_app(two_receivers));
    WebSocketClient client(run);
    EXPECT_EQ(stage.text, "refused");
    client.send_text("to the first");
    EXPECT_EQ(client.events(), "text(to the first) close(1000) ");
}

Task<Response> keeper(Request& request) {
    WebSocketResponse socket;
    co_await socket.prepare(request);
    const auto message = co_await socket.receive();
    *stage.socket = std::move(socket);
    co_return Response();
}

TEST(WebSocketSending, ASocketThatOutlivesItsConnectionIsClosed) {
    WebSocketResponse kept;
    stage = Stage();
    stage.socket = &kept;
    {
        ServerRun run(websocket_app(keeper));
        WebSocketClient client(run);
        client.answer();
        client.send_text("go");
        EXPECT_EQ(client.events(), "close(1000) ");
        run.settle();
        EXPECT_TRUE(kept.closed());
        EXPECT_FALSE(kept.try_send_str("x"));
        run.loop().run([](WebSocketResponse& socket) -> Task<> {
            const bool is_refused =
                co_await test::throws<std::system_error>(socket.send_str("late"));
            EXPECT_TRUE(is_refused);
            const auto nothing = co_await socket.receive();
            EXPECT_FALSE(nothing);
            co_await socket.close();
        }(kept));
    }
    EXPECT_EQ(kept.close_code(), 1000);
}

}  // namespace
}  // namespace indrik::web
