// The client's WebSocket against Indrik's own server, and against servers that misbehave.

#include "indrik/client/websocket.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "indrik/core/gather.hpp"
#include "indrik/core/sync.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/core/timeout.hpp"
#include "indrik/json/value.hpp"
#include "indrik/web/websocket_response.hpp"
#include "indrik/websocket/shared_message.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/served.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/client/raw_server.hpp"

namespace indrik::client {
namespace {

using namespace std::chrono_literals;
using test::RawServer;
using test::Served;
using Peer = RawServer::Peer;

Task<web::Response> echo(web::Request& request) {
    web::WebSocketResponse socket(web::WebSocketOptions().max_msg_size(0).protocols("echo"));
    co_await socket.prepare(request);
    for (;;) {
        auto message = co_await socket.receive();
        if (!message) break;
        if (message->is_text()) {
            co_await socket.send_str(std::move(*message).data());
        } else {
            co_await socket.send_bytes(std::move(*message).data());
        }
    }
    co_return std::move(socket);
}

/// What the server saw of the end.
struct End {
    Event happened;
    std::uint16_t code = 0;
    std::string reason;
};

auto noting(End& end) {
    return [&end](web::Request& request) -> Task<web::Response> {
        web::WebSocketResponse socket;
        co_await socket.prepare(request);
        for (;;) {
            const auto message = co_await socket.receive();
            if (!message) break;
        }
        end.code = socket.close_code();
        end.reason = socket.close_reason();
        end.happened.set();
        co_return std::move(socket);
    };
}

CO_TEST(ClientWebSocket, SendsAndReceives) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Served served(executor, echo);
    co_await served.start();
    WebSocketOptions options;
    options.protocols("other", "echo").max_msg_size(0);
    WebSocket socket = co_await ws_connect(served.url(), options);
    EXPECT_EQ("echo", socket.protocol());
    EXPECT_FALSE(socket.closed());
    co_await socket.send_str("h\xc3\xa9llo");
    const auto text = co_await socket.receive_str();
    EXPECT_EQ("h\xc3\xa9llo", text);
    const std::string large(3'000'000, '\xff');
    co_await socket.send_bytes(large);
    const auto bytes = co_await socket.receive_bytes();
    EXPECT_TRUE(bytes == large);
    const json::Value value = *json::parse(R"({"a":[1,2]})");
    co_await socket.send_json(value);
    const auto answer = co_await socket.receive_json();
    EXPECT_TRUE(answer == value);
    EXPECT_TRUE(socket.try_send_str("now"));
    const auto now = co_await socket.receive();
    CO_ASSERT(now);
    EXPECT_EQ("now", now->text());
    co_await socket.close(3000, "enough");
    EXPECT_TRUE(socket.closed());
    EXPECT_EQ(3000, socket.close_code());
    const auto nothing = co_await socket.receive();
    EXPECT_FALSE(nothing);
    co_await socket.close();
    const bool is_closed = co_await test::throws<std::system_error>(socket.send_str("late"));
    EXPECT_TRUE(is_closed);
    co_await served.stop();
}

CO_TEST(ClientWebSocket, CompressesIfBothWantIt) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Served served(executor, echo);
    co_await served.start();
    for (const bool takeover : {true, false}) {
        for (const int bits : {8, 9, 15}) {
            websocket::DeflateOptions deflate;
            deflate.context_takeover = takeover;
            deflate.max_window_bits = bits;
            WebSocketOptions options;
            options.compress(deflate);
            WebSocket socket = co_await ws_connect(served.url(), options);
            EXPECT_TRUE(socket.is_compressed()) << bits;
            for (int i = 0; i < 20; ++i) {
                std::string text;
                for (int j = 0; j < 300; ++j) text += "word " + std::to_string(i * j % 17) + " ";
                co_await socket.send_str(text);
                const auto answer = co_await socket.receive_str();
                EXPECT_EQ(text, answer);
            }
            co_await socket.close();
            EXPECT_EQ(1000, socket.close_code());
        }
    }
    WebSocket plain = co_await ws_connect(served.url());
    EXPECT_FALSE(plain.is_compressed());
    co_await plain.close();
    co_await served.stop();
}

CO_TEST(ClientWebSocket, SendsAndReceivesInPieces) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Served served(executor, echo);
    co_await served.start();
    WebSocket socket = co_await ws_connect(served.url());
    std::string sent;
    {
        websocket::MessageWriter writer = co_await socket.start_text();
        for (int i = 0; i < 100; ++i) {
            const std::string piece(static_cast<std::size_t>(i) * 50,
                                    static_cast<char>('a' + i % 26));
            sent += piece;
            co_await writer.write(piece);
        }
        co_await writer.finish();
    }
    std::string received;
    for (;;) {
        const auto piece = co_await socket.receive_piece();
        CO_ASSERT(piece);
        received += piece->data();
        if (piece->is_last()) break;
    }
    EXPECT_TRUE(sent == received);
    co_await socket.close();
    co_await served.stop();
}

CO_TEST(ClientWebSocket, LetsManySendAndOneReceive) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Served served(executor, echo);
    co_await served.start();
    WebSocket socket = co_await ws_connect(served.url());
    constexpr int kSenders = 20;
    constexpr int kMessages = 50;
    TaskGroup group(executor);
    auto sender = [&socket](int number) -> Task<> {
        for (int i = 0; i < kMessages; ++i)
            co_await socket.send_str(std::string(static_cast<std::size_t>(number) * 100, 'x'));
    };
    for (int i = 0; i < kSenders; ++i) group.spawn(sender, i);
    std::size_t bytes = 0;
    for (int i = 0; i < kSenders * kMessages; ++i) {
        const auto message = co_await socket.receive_str();
        CO_ASSERT(message);
        bytes += message->size();
    }
    EXPECT_EQ(bytes, std::size_t{kMessages} * 100 * (kSenders * (kSenders - 1) / 2));
    co_await group.join();
    co_await socket.close();
    co_await served.stop();
}

CO_TEST(ClientWebSocket, SaysWhyItCloses) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    End end;
    Served served(executor, noting(end));
    co_await served.start();
    WebSocket socket = co_await ws_connect(served.url());
    const bool is_refused = co_await test::throws<std::invalid_argument>(socket.close(1005));
    EXPECT_TRUE(is_refused);
    EXPECT_FALSE(socket.closed());
    co_await socket.close(4001, "bye");
    co_await end.happened.wait();
    EXPECT_EQ(4001, end.code);
    EXPECT_EQ("bye", end.reason);
    EXPECT_EQ(4001, socket.close_code());
    co_await served.stop();
}

CO_TEST(ClientWebSocket, SaysGoingAwayWhenItIsDropped) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    End end;
    Served served(executor, noting(end));
    co_await served.start();
    { const WebSocket socket = co_await ws_connect(served.url()); }
    co_await end.happened.wait();
    EXPECT_EQ(1001, end.code);
    co_await served.stop();
}

CO_TEST(ClientWebSocket, LearnsWhyTheServerCloses) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    auto handler = [](web::Request& request) -> Task<web::Response> {
        web::WebSocketResponse socket;
        co_await socket.prepare(request);
        co_await socket.send_str("first");
        throw web::WebSocketError(4003, "no more");
    };
    Served served(executor, handler);
    co_await served.start();
    WebSocket socket = co_await ws_connect(served.url());
    const auto first = co_await socket.receive_str();
    EXPECT_EQ("first", first);
    const auto none = co_await socket.receive();
    EXPECT_FALSE(none);
    EXPECT_EQ(4003, socket.close_code());
    EXPECT_EQ("no more", socket.close_reason());
    co_await socket.close();
    co_await served.stop();
}

CO_TEST(ClientWebSocket, SeesAServerThatRetires) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Served served(executor, echo);
    co_await served.start();
    WebSocket socket = co_await ws_connect(served.url());
    TaskGroup group(executor);
    group.spawn(served.stop());
    const auto none = co_await socket.receive();
    EXPECT_FALSE(none);
    EXPECT_EQ(1001, socket.close_code());
    co_await socket.close();
    co_await group.join();
}

CO_TEST(ClientWebSocket, EndsAReceiverWhenItIsDropped) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Served served(executor, echo);
    co_await served.start();
    auto socket = std::make_unique<WebSocket>(co_await ws_connect(served.url()));
    bool has_ended = false;
    TaskGroup group(executor);
    auto receiver = [&has_ended](WebSocket* from) -> Task<> {
        const auto none = co_await from->receive();
        EXPECT_FALSE(none);
        has_ended = true;
    };
    group.spawn(receiver, socket.get());
    co_await test::yield(3);
    EXPECT_FALSE(has_ended);
    socket.reset();
    co_await group.join();
    EXPECT_TRUE(has_ended);
    co_await served.stop();
}

CO_TEST(ClientWebSocket, KeepsReceivingWhileItCloses) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Served served(executor, echo);
    co_await served.start();
    WebSocket socket = co_await ws_connect(served.url());
    int received = 0;
    TaskGroup group(executor);
    auto receiver = [&]() -> Task<> {
        for (;;) {
            const auto message = co_await socket.receive();
            if (!message) break;
            ++received;
        }
    };
    group.spawn(receiver);
    for (int i = 0; i < 10; ++i) co_await socket.send_str("m");
    co_await socket.close();
    co_await group.join();
    EXPECT_EQ(10, received);
    EXPECT_EQ(1000, socket.close_code());
    co_await served.stop();
}

CO_TEST(ClientWebSocket, ReceivesWithinATime) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Served served(executor, echo);
    co_await served.start();
    WebSocket socket = co_await ws_connect(served.url());
    const bool is_late = co_await test::throws<TimeoutError>(socket.receive(1ms));
    EXPECT_TRUE(is_late);
    co_await socket.send_str("still here");
    const auto message = co_await socket.receive_str();
    EXPECT_EQ("still here", message);
    co_await socket.close();
    co_await served.stop();
}

CO_TEST(ClientWebSocket, BroadcastsWhatIsFramedForServers) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Served served(executor, echo);
    co_await served.start();
    WebSocket socket = co_await ws_connect(served.url());
    const websocket::SharedMessagePointer message =
        std::make_shared<const websocket::SharedMessage>(websocket::MessageType::Text, "to all");
    const WebSocketPeer peer = socket.peer();
    EXPECT_EQ(WebSocketSend::Taken,
              peer.try_send(message));  // masked: the server answers instead of failing
    const auto answer = co_await socket.receive_str();
    EXPECT_EQ("to all", answer);
    co_await socket.close();
    EXPECT_EQ(WebSocketSend::Closed, peer.try_send(message));
    co_await served.stop();
}

CO_TEST(ClientWebSocket, UsesUnixSockets) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    const test::TemporaryFolder folder;
    const std::string path = (folder.path() / "s").string();
    Served served(executor, echo);
    served.runner().listen(test::listen_on_path(path));
    co_await served.start();
    WebSocketOptions options;
    options.unix_socket(path);
    WebSocket socket = co_await ws_connect("ws://any.example/ws", options);
    co_await socket.send_str("hello");
    const auto answer = co_await socket.receive_str();
    EXPECT_EQ("hello", answer);
    co_await socket.close();
    co_await served.stop();
}

CO_TEST(ClientWebSocket, MovesFromHandToHand) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Served served(executor, echo);
    co_await served.start();
    WebSocket first = co_await ws_connect(served.url());
    WebSocket second = std::move(first);
    EXPECT_THROW(static_cast<void>(first.receive()),
                 std::logic_error);  // NOLINT(bugprone-use-after-move)
    co_await second.send_str("x");
    second = co_await ws_connect(served.url());  // drops the one before
    co_await second.send_str("y");
    const auto answer = co_await second.receive_str();
    EXPECT_EQ("y", answer);
    co_await second.close();
    co_await served.stop();
}

// ---- servers that misbehave

CO_TEST(ClientWebSocket, RefusesWhatNoServerMaySend) {
    struct Case {
        std::string bytes;
        std::uint16_t code;
    };
    const Case cases[] = {
        {std::string("\x81\x82\0\0\0\0hi", 8), 1002},  // masked
        {"\xc1\x02hi", 1002},                          // compressed, which was not agreed upon
        {"\x83\x00", 1002},
        {"\x81\x01\xff", 1007},
        {"\x88\x02\x03\xed", 1002},  // 1005
        {std::string("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10), 1009},
    };
    for (const Case& one : cases) {
        std::string answer;
        RawServer server([&](Peer& peer) {
            peer.read_head();
            peer.accept();
            peer.send(one.bytes);
            answer = peer.receive_all();
        });
        {
            WebSocket socket = co_await ws_connect(server.url());
            const auto none = co_await socket.receive();
            EXPECT_FALSE(none);
            EXPECT_EQ(one.code, socket.close_code());
            co_await socket.close();
        }
        // Its close frame is masked, and says so.
        server.join();
        CO_ASSERT(answer.size() >= 8);
        EXPECT_EQ('\x88', answer[0]);
        EXPECT_NE(0, answer[1] & 0x80);
        const auto high = static_cast<unsigned char>(answer[6] ^ answer[2]);
        const auto low = static_cast<unsigned char>(answer[7] ^ answer[3]);
        EXPECT_EQ(one.code, high * 256 + low);
    }
}

CO_TEST(ClientWebSocket, NoticesALostConnection) {
    RawServer server([](Peer& peer) {
        peer.read_head();
        peer.accept();
        peer.send("\x81\x02hi\x81\x05wo");
    });
    WebSocket socket = co_await ws_connect(server.url());
    const auto message = co_await socket.receive_str();
    EXPECT_EQ("hi", message);
    const auto none = co_await socket.receive();
    EXPECT_FALSE(none);
    EXPECT_EQ(1006, socket.close_code());
    EXPECT_TRUE(socket.closed());
    co_await socket.close();
}

CO_TEST(ClientWebSocket, WaitsForTheServerToEndTheConnection) {
    std::string after;
    RawServer server([&after](Peer& peer) {
        peer.read_head();
        peer.accept();
        peer.receive(8);                                // the close frame
        peer.send(std::string("\x88\x02\x03\xe8", 4));  // its answer
        pollfd ended{peer.socket().get(), POLLIN, 0};
        after = ::poll(&ended, 1, 50) == 0 ? "waits" : "has gone";
    });
    WebSocket socket = co_await ws_connect(server.url());
    co_await socket.close();
    EXPECT_EQ(1000, socket.close_code());
    server.join();
    EXPECT_EQ("waits", after);
}

CO_TEST(ClientWebSocket, WaitsNoLongerThanItsCloseTimeout) {
    for (const bool answers : {false, true}) {
        RawServer server([answers](Peer& peer) {
            peer.read_head();
            peer.accept();
            peer.receive(8);
            if (answers) peer.send(std::string("\x88\x02\x03\xe8", 4));
            EXPECT_EQ("", peer.receive_all());
        });
        WebSocketOptions options;
        options.close_timeout(1ms);
        WebSocket socket = co_await ws_connect(server.url(), options);
        co_await socket.close();
        EXPECT_TRUE(socket.closed());
        EXPECT_EQ(answers ? 1000 : 1006, socket.close_code());
    }
}

CO_TEST(ClientWebSocket, FindsSilentServersByTheirHeartbeat) {
    std::string pings;
    RawServer server([&pings](Peer& peer) {
        peer.read_head();
        peer.accept();
        pings = peer.receive_all();
    });
    WebSocketOptions options;
    options.heartbeat(100ms);
    WebSocket socket = co_await ws_connect(server.url(), options);
    const auto none = co_await socket.receive();
    EXPECT_FALSE(none);
    EXPECT_EQ(1006, socket.close_code());
    co_await socket.close();
    server.join();
    EXPECT_EQ('\x89', pings[0]);
    EXPECT_EQ('\x80', pings[1]);
}

CO_TEST(ClientWebSocket, IsNotFedMoreThanItsLimit) {
    RawServer server([](Peer& peer) {
        peer.read_head();
        peer.accept();
        peer.send(std::string("\x82\x7e\x04\x01", 4) + std::string(1025, 'x'));
        peer.receive_all();
    });
    WebSocketOptions options;
    options.max_msg_size(1024);
    WebSocket socket = co_await ws_connect(server.url(), options);
    const auto none = co_await socket.receive();
    EXPECT_FALSE(none);
    EXPECT_EQ(1009, socket.close_code());
}

CO_TEST(ClientWebSocket, WaitsForAServerThatIsSlowToRead) {
    std::size_t taken = 0;
    RawServer server([&taken](Peer& peer) {
        peer.read_head();
        peer.accept();
        taken = peer.receive_all().size();
    });
    WebSocketOptions options;
    options.close_timeout(1ms);
    WebSocket socket = co_await ws_connect(server.url(), options);
    const std::string large(200'000, 'x');
    for (int i = 0; i < 100; ++i) co_await socket.send_bytes(large);
    EXPECT_EQ(0u, socket.unsent_bytes());
    co_await socket.close();
    server.join();
    EXPECT_GE(taken, 20'000'000u);
}

CO_TEST(ClientWebSocket, LosesAServerThatTakesNothing) {
    std::promise<void> end;
    RawServer server([&end](Peer& peer) {
        peer.read_head();
        peer.accept();
        pollfd reset{peer.socket().get(), POLLRDHUP, 0};
        EXPECT_EQ(1, ::poll(&reset, 1, 8000));  // reads nothing
        end.set_value();
    });
    WebSocketOptions options;
    options.write_timeout(1ms);
    auto socket = std::make_unique<WebSocket>(co_await ws_connect(server.url(), options));
    const bool is_lost =
        co_await test::throws<std::system_error>(socket->send_bytes(std::string(50'000'000, 'x')));
    EXPECT_TRUE(is_lost);
    EXPECT_TRUE(socket->closed());
    EXPECT_EQ(1006, socket->close_code());
    socket.reset();
    end.get_future().wait();
}

TEST(ClientWebSocket, DiesWithItsLoop) {
    // Nothing leaks, and nothing is used after it is gone: the sanitizers look.
    RawServer server([](Peer& peer) {
        peer.read_head();
        peer.accept();
        peer.receive_all();
    });
    test::TestLoop loop;
    TaskGroup group(loop.executor());
    bool waits = false;
    auto receive = [&]() -> Task<> {
        WebSocket socket = co_await ws_connect(server.url());
        waits = true;
        static_cast<void>(co_await socket.receive());
        waits = false;
    };
    group.spawn(receive);
    while (!waits) loop.context().run_one();
    loop.context().stop();
    EXPECT_TRUE(waits);
}

}  // namespace
}  // namespace indrik::client
