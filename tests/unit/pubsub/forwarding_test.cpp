// Messages that go to WebSockets, and the connections as those see them who send to many.

#include "indrik/pubsub/forwarding.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "indrik/pubsub/process_backend.hpp"
#include "indrik/pubsub/topics.hpp"
#include "indrik/web/websocket_response.hpp"
#include "tests/unit/web/websocket_client.hpp"

namespace indrik::pubsub {
namespace {

using namespace std::chrono_literals;
using test::ServerRun;
using test::websocket_app;
using test::WebSocketClient;

constexpr const char* kDeflate = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
constexpr std::size_t kAll = static_cast<std::size_t>(-1);

struct Stage {
    Topics topics;
    ForwardOptions options;
    std::uint64_t dropped = 0;
};
std::unique_ptr<Stage> stage;

/// Forwards until the peer says something.
Task<web::Response> listen(web::Request& request) {
    web::WebSocketResponse socket;
    co_await socket.prepare(request);
    Forwarding forwarding = co_await stage->topics.forward("t", socket.peer(), stage->options);
    const auto ignored = co_await socket.receive();
    stage->dropped += forwarding.dropped();
    co_return std::move(socket);
}

class ForwardingTest : public testing::Test {
protected:
    ForwardingTest() {
        stage = std::make_unique<Stage>();
        run_ = std::make_unique<ServerRun>(websocket_app(listen));
        run_->loop().run(stage->topics.connect(std::make_unique<ProcessBackend>()));
    }
    ~ForwardingTest() override {
        run_->loop().run(stage->topics.close());
        run_.reset();
        stage.reset();
    }
    void publish(const std::string& text) {
        stage->topics.publish_now(Message::text("t", text));
        run_->settle();
    }
    ServerRun& run() { return *run_; }

private:
    std::unique_ptr<ServerRun> run_;
};

TEST_F(ForwardingTest, EverySocketGetsTheMessage) {
    WebSocketClient one(run());
    WebSocketClient two(run());
    EXPECT_EQ(stage->topics.presence("t").count, 2u);
    publish("hello");
    publish("again");
    EXPECT_EQ(one.events(), "text(hello) text(again) ");
    EXPECT_EQ(two.events(), "text(hello) text(again) ");
    one.send_text("bye");
    one.events();
    publish("third");
    EXPECT_EQ(one.events(), "");
    EXPECT_EQ(two.events(), "text(third) ");
    EXPECT_EQ(stage->topics.presence("t").count, 1u);
}

TEST_F(ForwardingTest, ASlowPeerHoldsReferencesNotCopies) {
    WebSocketClient slow(run());
    WebSocketClient quick(run());
    slow.raw().take_only(10);
    const Message large = Message::text("t", std::string(100'000, 'l'));
    stage->topics.publish_now(large);
    for (int i = 0; i < 5; ++i) publish(std::to_string(i));
    EXPECT_EQ(quick.events(), "text(100000) text(0) text(1) text(2) text(3) text(4) ");
    EXPECT_EQ(slow.events(), "");
    EXPECT_GE(large.frame().use_count(), 2) << "the session keeps it";
    for (int i = 0; i < 40; ++i) {
        slow.raw().take_only(3'000);
        run().settle();
    }
    EXPECT_EQ(slow.events(), "text(100000) text(0) text(1) text(2) text(3) text(4) ");
    EXPECT_EQ(large.frame().use_count(), 1);
}

TEST_F(ForwardingTest, WhatASlowPeerMissesIsSaid) {
    stage->options.queue_limit(2).gap_message("reload");
    WebSocketClient slow(run());
    slow.raw().take_only(0);
    for (int i = 0; i < 6; ++i) publish(std::to_string(i));
    slow.raw().take_only(kAll);
    run().settle();
    EXPECT_EQ(slow.events(), "text(0) text(1) text(2) text(reload) ");
    publish("6");
    EXPECT_EQ(slow.events(), "text(6) ");
    slow.send_text("bye");
    EXPECT_EQ(stage->dropped, 3u);
}

TEST_F(ForwardingTest, ASlowPeerMayBeClosed) {
    stage->options.queue_limit(1).when_full(SlowSubscriber::Close);
    WebSocketClient slow(run());
    slow.raw().take_only(0);
    for (int i = 0; i < 3; ++i) publish(std::to_string(i));
    slow.raw().take_only(kAll);
    run().settle();
    EXPECT_EQ(slow.events(), "text(0) close(1008 too slow) ");
}

TEST_F(ForwardingTest, AnswersGoBehindWhatIsOnItsWay) {
    WebSocketClient slow(run());
    slow.raw().take_only(10);
    publish(std::string(5'000, 'x'));
    slow.ping("p");
    publish("next");
    slow.raw().take_only(kAll);
    run().settle();
    EXPECT_EQ(slow.events(), "text(5000) pong(p) text(next) ");
}

TEST_F(ForwardingTest, APeerThatTakesNothingIsLost) {
    WebSocketClient dead(run());
    dead.raw().take_only(0);
    publish("x");
    publish("y");
    run().pass(29s);
    EXPECT_FALSE(dead.raw().is_closed());
    run().pass(3s);
    EXPECT_TRUE(dead.raw().is_closed());
    publish("z");
    EXPECT_EQ(stage->topics.presence("t").count, 0u);
}

TEST_F(ForwardingTest, CompressesOnceForAllWhoCompressAlike) {
    WebSocketClient one(run(), kDeflate);
    WebSocketClient two(run(), kDeflate);
    WebSocketClient narrow(
        run(), "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n");
    WebSocketClient plain(run());
    EXPECT_NE(one.head().find("permessage-deflate"), std::string::npos);
    const Message message = Message::text("t", std::string(2'000, 'c'));
    stage->topics.publish_now(message);
    run().settle();
    EXPECT_EQ(message.frame()->compressions(), 2u);
    EXPECT_EQ(plain.events(), "text(2000) ");
    const std::string first = one.raw().take_received();
    EXPECT_EQ(first, two.raw().take_received());
    EXPECT_LT(first.size(), 100u);
    EXPECT_FALSE(narrow.raw().take_received().empty());
}

}  // namespace
}  // namespace indrik::pubsub
