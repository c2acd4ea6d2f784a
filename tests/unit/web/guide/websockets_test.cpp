// The code of framework/docs/websockets.md.

#include <chrono>
#include <set>
#include <string>
#include <utility>

#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/web.hpp"
#include "tests/unit/web/websocket_client.hpp"

namespace web = indrik::web;
using namespace std::chrono_literals;
using indrik::Task;
using indrik::test::ServerRun;
using indrik::test::websocket_app;
using indrik::test::WebSocketClient;

namespace {

Task<web::Response> echo(web::Request& request) {
    web::WebSocketResponse socket;
    co_await socket.prepare(request);
    for (;;) {
        const auto message = co_await socket.receive();
        if (!message) break;
        co_await socket.send_str(message->text() + "/answer");
    }
    co_return std::move(socket);
}

Task<web::Response> chat(web::Request& request) {
    web::WebSocketOptions options;
    options.heartbeat(20s).max_msg_size(64 * 1024).protocols("chat.v2", "chat.v1");
    options.allowed_origins("https://app.example.com");
    web::WebSocketResponse socket(options);
    co_await socket.prepare(request);
    co_await socket.send_str("you speak " + socket.protocol());
    const auto greeting = co_await socket.receive_json();
    if (greeting && !greeting->is_object()) throw web::WebSocketError(4000, "an object, please");
    co_return std::move(socket);
}

struct Room {
    std::set<web::WebSocketResponse*> members;
};
inline const web::AppKey<Room> kRoom{"room"};

/// In the room for as long as it lives.
class Membership {
public:
    Membership(Room& room, web::WebSocketResponse& socket) : room_(room), socket_(socket) {
        room_.members.insert(&socket_);
    }
    Membership(const Membership&) = delete;
    ~Membership() { room_.members.erase(&socket_); }

private:
    Room& room_;
    web::WebSocketResponse& socket_;
};

Task<web::Response> room(web::Request& request) {
    Room& here = request.app().get(kRoom);
    web::WebSocketOptions options;
    options.slow_peer(web::SlowPeer::Close);
    web::WebSocketResponse socket(options);
    co_await socket.prepare(request);
    {
        const Membership member(here, socket);
        for (;;) {
            const auto message = co_await socket.receive();
            if (!message) break;
            for (web::WebSocketResponse* const other : here.members)
                other->try_send_str(message->text());
        }
    }
    co_return std::move(socket);
}

Task<web::Response> polite(web::Request& request) {
    web::WebSocketResponse socket;
    co_await socket.prepare(request);
    for (;;) {
        const auto message = co_await socket.receive();
        if (!message) break;
    }
    if (socket.is_going_away()) co_await socket.send_str("come back soon");
    co_return std::move(socket);
}

TEST(WebSocketsPage, Echoes) {
    ServerRun run(websocket_app(echo));
    WebSocketClient client(run);
    client.send_text("hello");
    EXPECT_EQ(client.events(), "text(hello/answer) ");
    client.close(1000);
    EXPECT_EQ(client.events(), "close(1000) ");
    EXPECT_EQ(run.answers_to("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n").substr(0, 12), "HTTP/1.1 426");
}

TEST(WebSocketsPage, HasOptions) {
    ServerRun run(websocket_app(chat));
    WebSocketClient client(
        run, "Sec-WebSocket-Protocol: chat.v1\r\nOrigin: https://app.example.com\r\n");
    EXPECT_EQ(client.events(), "text(you speak chat.v1) ");
    client.send_text("[]");
    EXPECT_EQ(client.events(), "close(4000 an object, please) ");
    EXPECT_FALSE(WebSocketClient(run, "Origin: https://evil.example\r\n").is_open());
}

TEST(WebSocketsPage, TellsTheWholeRoom) {
    web::Application app = websocket_app(room);
    Room& members = app.emplace(kRoom);
    ServerRun run(std::move(app));
    WebSocketClient ada(run);
    {
        WebSocketClient bob(run);
        EXPECT_EQ(members.members.size(), 2u);
        bob.send_text("hi");
        EXPECT_EQ(ada.events(), "text(hi) ");
        EXPECT_EQ(bob.events(), "text(hi) ");
        bob.close(1000);
    }
    EXPECT_EQ(members.members.size(), 1u);
}

TEST(WebSocketsPage, SaysGoodbye) {
    ServerRun run(websocket_app(polite));
    WebSocketClient client(run);
    run.server().drain();
    run.settle();
    EXPECT_EQ(client.events(), "text(come back soon) close(1001) ");
}

}  // namespace
