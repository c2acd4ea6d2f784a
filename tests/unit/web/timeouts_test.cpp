// Every wait on a peer ends by itself. Time passes at the test's word.

#include <string>

#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::MemoryClient;
using test::parse_responses;
using test::summary;

class TimeoutTest : public testing::Test {
protected:
    /// Whether the connection ends not before `timeout`, and not much later.
    void expect_end_after(const MemoryClient& client, std::chrono::milliseconds timeout) {
        run.pass(timeout - 500ms);
        EXPECT_FALSE(client.is_ended()) << "before " << timeout.count() << " ms";
        run.pass(1250ms);
        EXPECT_TRUE(client.is_ended()) << "after " << timeout.count() << " ms";
    }

    TestState state;
    test::ServerRun run{make_test_app(state)};
};

TEST_F(TimeoutTest, SilentConnectionIsClosedSilently) {
    const MemoryClient client = run.connect();
    expect_end_after(client, 10s);
    EXPECT_EQ(client.received(), "");
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(run.server().statistics().requests, 0u);
}

TEST_F(TimeoutTest, PartialHeadIs408FromTheConnectOn) {
    MemoryClient client = run.connect();
    run.pass(5s);
    client.send("GET / HT");
    expect_end_after(client, 5s);
    const auto responses = parse_responses(client.received());
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(responses[0].status, 408);
    EXPECT_TRUE(responses[0].closes());
}

TEST_F(TimeoutTest, HeadThatTricklesInIsNotForgiven) {
    MemoryClient client = run.connect();
    client.send(get_request("/"));
    run.pass(1s);
    client.take_received();
    client.send("GET / HTTP/1.1\r\n");
    for (int i = 0; i < 9; ++i) {
        run.pass(1s);
        client.send("A" + std::to_string(i) + ": x\r\n");
        EXPECT_FALSE(client.is_ended());
    }
    run.pass(2s);
    EXPECT_EQ(parse_responses(client.received()).at(0).status, 408);
    EXPECT_TRUE(client.is_ended());
}

TEST_F(TimeoutTest, RequestInTimeStopsTheClock) {
    MemoryClient client = run.connect();
    client.send("GET /slow HTTP/1.1\r\nHost: x\r\n");
    run.pass(9s);
    client.send("\r\n");
    run.pass(200s);  // a handler has all the time it wants
    EXPECT_FALSE(client.is_ended());
    state.gate.set();
    run.settle();
    EXPECT_EQ(summary(client.received()), "200 slow /slow  -");
}

TEST_F(TimeoutTest, IdleConnectionIsClosedSilentlyAfterKeepAlive) {
    MemoryClient client = run.connect();
    client.send(get_request("/"));
    run.settle();
    client.take_received();
    expect_end_after(client, 75s);
    EXPECT_EQ(client.received(), "");
    EXPECT_TRUE(client.is_closed());
}

TEST_F(TimeoutTest, EveryRequestBeginsKeepAliveAnew) {
    MemoryClient client = run.connect();
    for (int i = 0; i < 4; ++i) {
        client.send(get_request("/"));
        run.pass(50s);
        EXPECT_FALSE(client.is_ended());
    }
    expect_end_after(client, 25s);
}

TEST_F(TimeoutTest, BodyThatStopsIs408) {
    MemoryClient client = run.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nbegin");
    expect_end_after(client, 30s);
    const auto responses = parse_responses(client.received());
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(responses[0].status, 408);
    EXPECT_TRUE(responses[0].closes());
}

TEST_F(TimeoutTest, UnreadBodyThatDoesNotComeEndsTheConnectionBehindItsAnswer) {
    MemoryClient client = run.connect();
    client.send("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
    run.pass(1s);
    EXPECT_EQ(summary(client.received()), "200 ignored");
    run.pass(31s);
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(summary(client.received()), "200 ignored");
}

TEST_F(TimeoutTest, PeerThatTakesNothingIsGivenUp) {
    MemoryClient client = run.connect();
    client.take_only(1000);
    client.send(get_request("/size/1000000"));
    expect_end_after(client, 30s);
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(client.received().size(), 1000u);
}

TEST_F(TimeoutTest, SmallAnswersToAPeerThatTakesNothingAreGivenUpToo) {
    MemoryClient client = run.connect();
    client.take_only(10);
    client.send(get_request("/"));
    expect_end_after(client, 30s);
    EXPECT_TRUE(client.is_closed());
}

TEST_F(TimeoutTest, TimeoutsCanBeSwitchedOff) {
    ServerOptions options;
    options.header_timeout = options.keep_alive_timeout = options.body_timeout =
        options.write_timeout = 0ms;
    test::ServerRun other(make_test_app(state), options);
    const MemoryClient silent = other.connect();
    MemoryClient head = other.connect();
    head.send("GET ");
    MemoryClient body = other.connect();
    body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
    MemoryClient idle = other.connect();
    idle.send(get_request("/"));
    MemoryClient stalled = other.connect();
    stalled.take_only(1);
    stalled.send(get_request("/"));
    other.pass(1000s);
    for (const MemoryClient& client : {silent, head, body, idle, stalled}) {
        EXPECT_FALSE(client.is_ended());
    }
}

}  // namespace
}  // namespace indrik::web
