#include "indrik/web/websocket_response.hpp"

#include <chrono>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "indrik/core/timeout.hpp"
#include "indrik/json/value.hpp"
#include "indrik/web/exceptions.hpp"
#include "tests/unit/web/websocket_client.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::ServerRun;
using test::websocket_app;
using test::WebSocketClient;

Task<Response> echo(Request& request) {
    WebSocketResponse socket;
    co_await socket.prepare(request);
    while (auto message = co_await socket.receive()) {
        if (message->is_text()) {
            co_await socket.send_str(message->text() + "!");
        } else {
            co_await socket.send_bytes(message->data());
        }
    }
    co_return std::move(socket);
}

TEST(WebSocketResponse, SwitchesAndEchoes) {
    ServerRun run(websocket_app(echo));
    WebSocketClient client(run);
    ASSERT_TRUE(client.is_open()) << client.head();
    EXPECT_NE(client.head().find("\r\nUpgrade: websocket"), std::string::npos);
    EXPECT_NE(client.head().find("\r\nConnection: upgrade"), std::string::npos);
    EXPECT_NE(client.head().find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);
    client.send_text("hello");
    EXPECT_EQ(client.events(), "text(hello!) ");
    client.send_binary(std::string(100'000, 'b'));
    EXPECT_EQ(client.events(), "binary(100000) ");
    client.ping("still there?");
    EXPECT_EQ(client.events(), "pong(still there?) ");
    client.close(1000, "done");
    EXPECT_EQ(client.events(), "close(1000) ");
    EXPECT_TRUE(client.raw().is_closed());
}

TEST(WebSocketResponse, TakesFramesThatCameWithTheRequest) {
    ServerRun run(websocket_app(echo));
    websocket::Sender sender(websocket::Role::Client, {}, {}, nullptr);
    Buffer early;
    sender.message(early, websocket::MessageType::Text, "early");
    sender.message(early, websocket::MessageType::Text, "bird");
    WebSocketClient client(run, "", early.view());
    EXPECT_EQ(client.events(), "text(early!) text(bird!) ");
}

TEST(WebSocketResponse, TakesFramesByteByByte) {
    ServerRun run(websocket_app(echo));
    WebSocketClient client(run);
    websocket::Sender sender(websocket::Role::Client, {}, {}, nullptr);
    Buffer frames;
    sender.message(frames, websocket::MessageType::Text, "slowly");
    sender.ping(frames, "p");
    for (const char byte : frames.view()) client.send_raw(std::string_view(&byte, 1));
    EXPECT_EQ(client.events(), "text(slowly!) pong(p) ");
}

TEST(WebSocketResponse, RefusesBadHandshakes) {
    ServerRun run(websocket_app(echo));
    const auto plain = test::parse_responses(run.answers_to("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_EQ(plain.at(0).status, 426);
    EXPECT_TRUE(plain.at(0).has_field("Upgrade: websocket"));
    EXPECT_TRUE(plain.at(0).has_field("Sec-WebSocket-Version: 13"));
    EXPECT_NE(plain.at(0).body.find("Upgrade"), std::string::npos);
    const auto bad_key = test::parse_responses(run.answers_to(
        "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n"
        "GET /ws HTTP/1.1\r\nHost: x\r\n\r\n"));
    ASSERT_EQ(bad_key.size(), 2u) << "the connection goes on";
    EXPECT_EQ(bad_key.at(0).status, 400);
    EXPECT_NE(bad_key.at(0).body.find("Sec-WebSocket-Key"), std::string::npos);
}

TEST(WebSocketResponse, OnlyPagesOfTheSameHostMayConnect) {
    ServerRun run(websocket_app(echo));
    EXPECT_TRUE(WebSocketClient(run, "Origin: http://example.com\r\n").is_open());
    WebSocketClient stranger(run, "Origin: http://evil.example\r\n");
    EXPECT_EQ(stranger.head().substr(0, 13), "HTTP/1.1 403 ");
}

Task<Response> choosy(Request& request) {
    WebSocketResponse socket(WebSocketOptions()
                                 .protocols("chat", "soap")
                                 .allowed_origins("https://friend.example")
                                 .compress(false));
    const WebSocketReady ready = socket.can_prepare(request);
    if (!ready) throw HTTPForbidden("not ready");
    co_await socket.prepare(request);
    co_await socket.send_str(ready.protocol() + "," + socket.protocol());
    co_await socket.close(4001, "that is all");
    co_return std::move(socket);
}

TEST(WebSocketResponse, ChoosesASubprotocolAndAllowsOrigins) {
    ServerRun run(websocket_app(choosy));
    WebSocketClient client(run,
                           "Origin: https://FRIEND.example\r\n"
                           "Sec-WebSocket-Protocol: x, soap, chat\r\n");
    EXPECT_NE(client.head().find("Sec-WebSocket-Protocol: soap"), std::string::npos);
    EXPECT_EQ(client.events(), "text(soap,soap) close(4001 that is all) ");
    EXPECT_FALSE(client.raw().is_closed()) << "it waits for the answer";
    client.answer();
    EXPECT_TRUE(client.raw().is_closed());
}

TEST(WebSocketResponse, WaitsForTheAnswerToACloseNoLongerThanItShould) {
    ServerRun run(websocket_app(choosy));
    WebSocketClient client(run);
    client.send_text("ignored");
    run.pass(9s);
    EXPECT_FALSE(client.raw().is_ended());
    run.pass(2s);
    EXPECT_TRUE(client.raw().is_ended());
}

TEST(WebSocketResponse, AgreesOnCompression) {
    ServerRun run(websocket_app(echo));
    WebSocketClient client(
        run, "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8\r\n");
    EXPECT_NE(client.head().find("Sec-WebSocket-Extensions: permessage-deflate; "
                                 "server_max_window_bits=8"),
              std::string::npos);
    client.send_text("x");
    EXPECT_EQ(client.events(), "text(x!) ");
}

Task<Response> broken(Request& request) {
    WebSocketResponse socket;
    co_await socket.prepare(request);
    const auto message = co_await socket.receive();
    if (message->text() == "peer") throw WebSocketError(4444, "your fault");
    if (message->text() == "number") static_cast<void>(co_await socket.receive_json());
    throw std::runtime_error("a bug");
}

TEST(WebSocketResponse, AHandlerThatThrowsClosesWith1011) {
    ServerRun run(websocket_app(broken));
    WebSocketClient client(run);
    client.send_text("bug");
    EXPECT_EQ(client.events(), "close(1011) ");
    EXPECT_NE(run.log().find("a bug"), std::string::npos);
}

TEST(WebSocketResponse, AHandlerMayThrowACloseCode) {
    ServerRun run(websocket_app(broken));
    WebSocketClient client(run);
    client.send_text("peer");
    EXPECT_EQ(client.events(), "close(4444 your fault) ");
    WebSocketClient other(run);
    other.send_text("number");
    other.send_text("{");
    EXPECT_EQ(other.events().substr(0, 11), "close(1007 ");
    EXPECT_EQ(run.log().find("Error handling"), std::string::npos);
}

TEST(WebSocketResponse, ProtocolErrorsCloseWithTheirCodeAndALineForDebugging) {
    ServerRun run(websocket_app(echo));
    WebSocketClient client(run);
    client.send_raw("\x81\x05hello");
    EXPECT_EQ(client.events(), "close(1002 a frame of a client without a mask) ");
    EXPECT_TRUE(client.raw().is_ended());
    EXPECT_NE(run.log().find("without a mask"), std::string::npos);
}

TEST(WebSocketResponse, MessagesBeyondTheLimitCloseWith1009) {
    ServerRun run(websocket_app(echo));
    WebSocketClient client(run);
    client.send_raw(std::string("\x82\xff\x00\x00\x00\x00\x00\x40\x00\x01\x00\x00\x00\x00", 14));
    EXPECT_EQ(client.events().substr(0, 11), "close(1009 ");
}

std::string seen;

Task<Response> observe(Request& request) {
    WebSocketResponse socket(WebSocketOptions().heartbeat(20s));
    co_await socket.prepare(request);
    while (auto message = co_await socket.receive()) seen += message->data() + ";";
    seen += std::to_string(socket.close_code());
    if (socket.closed()) seen += " closed";
    if (socket.is_going_away()) co_await socket.send_str("goodbye");
    co_return std::move(socket);
}

TEST(WebSocketResponse, PingsSilentPeersAndLosesDeadOnes) {
    seen.clear();
    ServerRun run(websocket_app(observe));
    WebSocketClient client(run);
    run.pass(19s);
    EXPECT_EQ(client.events(), "");
    run.pass(2s);
    EXPECT_EQ(client.events(), "ping() ");
    client.send_text("alive");  // as good as a pong
    run.pass(15s);
    EXPECT_EQ(client.events(), "");
    run.pass(6s);
    EXPECT_EQ(client.events(), "ping() ");
    run.pass(11s);
    EXPECT_TRUE(client.raw().is_closed());
    EXPECT_EQ(seen, "alive;1006 closed");
}

TEST(WebSocketResponse, APeerThatVanishesIsClosedWith1006) {
    seen.clear();
    ServerRun run(websocket_app(observe));
    WebSocketClient client(run);
    client.send_text("a");
    client.raw().end();
    run.settle();
    EXPECT_EQ(seen, "a;1006 closed");
    EXPECT_TRUE(client.raw().is_closed());
}

TEST(WebSocketResponse, ARetiringWorkerSaysGoodbye) {
    seen.clear();
    ServerRun run(websocket_app(observe));
    WebSocketClient client(run);
    client.answer();
    run.server().drain();
    run.settle();
    EXPECT_EQ(client.events(), "text(goodbye) close(1001) ");
    run.settle();
    EXPECT_TRUE(client.raw().is_closed());
    EXPECT_EQ(seen, "0");
}

Task<Response> deaf(Request& request) {
    WebSocketResponse socket;
    co_await socket.prepare(request);
    for (;;) {
        co_await socket.send_str("tick");
        co_await test::yield();
        if (socket.closed()) break;
        indrik::detail::Waiter waiter;
        co_await waiter.suspend();
        if (waiter.was_cancelled()) throw_cancelled();
    }
    co_return std::move(socket);
}

TEST(WebSocketResponse, AHandlerThatDoesNotListenIsClosedWhenTheWorkerRetires) {
    ServerRun run(websocket_app(deaf));
    WebSocketClient client(run);
    EXPECT_EQ(client.events(), "text(tick) ");
    run.server().drain();
    run.pass(4s);
    EXPECT_EQ(client.events(), "");
    run.pass(2s);
    EXPECT_EQ(client.events(), "close(1001 the server retires) ");
}

TEST(WebSocketResponse, IsClosedWhenTheServerIsCancelled) {
    seen.clear();
    ServerRun run(websocket_app(observe));
    WebSocketClient client(run);
    run.server().cancel();
    run.settle();
    EXPECT_EQ(client.events(), "close(1001) ");
    EXPECT_TRUE(client.raw().is_closed());
}

Task<Response> kinds(Request& request) {
    WebSocketResponse socket;
    co_await socket.prepare(request);
    const auto text = co_await socket.receive_str();
    const auto bytes = co_await socket.receive_bytes();
    const auto value = co_await socket.receive_json();
    json::Object answer;
    answer["text"] = *text;
    answer["bytes"] = bytes->size();
    answer["value"] = *value;
    const json::Value whole = answer;
    co_await socket.send_json(whole);
    const auto wrong = co_await socket.receive_bytes();
    co_return std::move(socket);
}

TEST(WebSocketResponse, ReceivesByKind) {
    ServerRun run(websocket_app(kinds));
    WebSocketClient client(run);
    client.send_text("t");
    client.send_binary("123");
    client.send_text("[1]");
    EXPECT_EQ(client.events(), R"(text({"text":"t","bytes":3,"value":[1]}) )");
    client.send_text("no bytes");
    EXPECT_EQ(client.events(), "close(1003 not a binary message) ");
}

Task<Response> impatient(Request& request) {
    WebSocketResponse socket;
    co_await socket.prepare(request);
    bool has_timed_out = false;
    try {
        static_cast<void>(co_await socket.receive(3s));
    } catch (const TimeoutError&) {
        has_timed_out = true;
    }
    if (has_timed_out) co_await socket.send_str("hurry up");
    while (auto message = co_await socket.receive()) co_await socket.send_str(message->data());
    co_return std::move(socket);
}

TEST(WebSocketResponse, ReceivingMayTimeOutAndGoOn) {
    ServerRun run(websocket_app(impatient));
    WebSocketClient client(run);
    run.pass(4s);
    EXPECT_EQ(client.events(), "text(hurry up) ");
    client.send_text("here");
    EXPECT_EQ(client.events(), "text(here) ");
}

Task<Response> misused(Request& request) {
    WebSocketResponse socket;
    EXPECT_TRUE(co_await test::throws<std::logic_error>(socket.prepare(request)) == false);
    EXPECT_THROW(static_cast<void>(socket.can_prepare(request)), std::logic_error);
    const bool is_second_refused = co_await test::throws<std::logic_error>(socket.prepare(request));
    EXPECT_TRUE(is_second_refused);
    const bool is_code_refused =
        co_await test::throws<std::invalid_argument>(socket.close(1005, "x"));
    EXPECT_TRUE(is_code_refused);
    co_await socket.send_str("done");
    co_return Response();
}

TEST(WebSocketResponse, MisuseIsAnError) {
    WebSocketResponse fresh;
    EXPECT_THROW(static_cast<void>(fresh.receive()), std::logic_error);
    EXPECT_THROW(static_cast<void>(fresh.try_send_str("x")), std::logic_error);
    EXPECT_EQ(fresh.close_code(), 0);
    ServerRun run(websocket_app(misused));
    WebSocketClient client(run);
    EXPECT_EQ(client.events(), "text(done) close(1000) ");
}

}  // namespace
}  // namespace indrik::web
