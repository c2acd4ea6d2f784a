// The end of a server: what is idle may ask once more and ends, what is busy is answered first, and cancellation ends the rest.

#include <string>

#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::MemoryClient;
using test::parse_responses;
using test::summary;

class DrainTest : public testing::Test {
protected:
    TestState state;
    test::ServerRun run{make_test_app(state)};
};

TEST_F(DrainTest, IdleConnectionEndsAfterTheWindowForOneMoreRequest) {
    MemoryClient client = run.connect();
    client.send(get_request("/"));
    run.settle();
    run.server().drain();
    run.pass(500ms);
    EXPECT_FALSE(client.is_closed());
    run.pass(1250ms);
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(summary(client.received()), "200 hello");
}

TEST_F(DrainTest, IdleConnectionMayAskOnceMore) {
    // Its client did not know: a request that was on its way was lost with the connection.
    MemoryClient client = run.connect();
    client.send(get_request("/"));
    run.settle();
    run.server().drain();
    run.pass(500ms);
    client.take_received();
    client.send(get_request("/size/1"));
    run.settle();
    EXPECT_EQ(summary(client.received()), "200 x");
    EXPECT_TRUE(parse_responses(client.received()).at(0).closes());
    EXPECT_TRUE(client.is_closed());
}

TEST_F(DrainTest, RequestThatCameJustBeforeIsAnswered) {
    MemoryClient client = run.connect();
    client.send(get_request("/"));
    run.settle();
    client.take_received();
    client.send(get_request("/size/1"));
    run.server().drain();
    run.settle();
    EXPECT_EQ(summary(client.received()), "200 x");
    EXPECT_TRUE(parse_responses(client.received()).at(0).closes());
    EXPECT_TRUE(client.is_ended());
}

TEST_F(DrainTest, BusyConnectionAnswersAndCloses) {
    MemoryClient client = run.connect();
    client.send(get_request("/slow") + get_request("/"));
    run.settle();
    run.server().drain();
    run.settle();
    EXPECT_FALSE(client.is_ended());
    state.gate.set();
    run.settle();
    const auto responses = parse_responses(client.received());
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(responses[0].body, "slow /slow  -");
    EXPECT_TRUE(responses[0].closes());
    EXPECT_TRUE(client.is_ended());
}

TEST_F(DrainTest, ConnectionThatIsStillSendingItsAnswerEndsBehindIt) {
    // Its answer had promised to keep the connection, which then idled for its whole keep-alive time.
    MemoryClient client = run.connect();
    client.take_only(1000);
    client.send(get_request("/size/100000"));
    run.settle();
    run.server().drain();
    client.take_only(1'000'000);
    run.settle();
    EXPECT_EQ(parse_responses(client.received()).at(0).body.size(), 100'000u);
    run.pass(1750ms);
    EXPECT_TRUE(client.is_closed());
}

TEST_F(DrainTest, FreshConnectionHasASecondForItsRequest) {
    MemoryClient asks = run.connect();
    const MemoryClient silent = run.connect();
    run.server().drain();
    run.pass(500ms);
    EXPECT_FALSE(asks.is_ended());
    EXPECT_FALSE(silent.is_ended());
    asks.send(get_request("/"));
    run.settle();
    EXPECT_EQ(summary(asks.received()), "200 hello");
    EXPECT_TRUE(asks.is_closed());
    run.pass(1500ms);
    EXPECT_TRUE(silent.is_closed());
    EXPECT_EQ(silent.received(), "");
}

TEST_F(DrainTest, ConnectionAcceptedAfterwardsHasItsSecondToo) {
    run.server().drain();
    MemoryClient client = run.connect();
    client.send(get_request("/"));
    run.settle();
    EXPECT_EQ(summary(client.received()), "200 hello");
    EXPECT_TRUE(client.is_closed());
    const MemoryClient silent = run.connect();
    run.pass(1750ms);
    EXPECT_TRUE(silent.is_closed());
}

TEST_F(DrainTest, BegunHeadMayBeFinished) {
    MemoryClient client = run.connect();
    client.send("GET / HTTP/1.1\r\nHo");
    run.settle();
    run.server().drain();
    run.pass(2s);
    client.send("st: x\r\n\r\n");
    run.settle();
    EXPECT_EQ(summary(client.received()), "200 hello");
    EXPECT_TRUE(parse_responses(client.received()).at(0).closes());
}

TEST_F(DrainTest, CancellationEndsEveryConnectionAtOnce) {
    // One that waited for a head spun until its timeout.
    MemoryClient fresh = run.connect();
    MemoryClient in_head = run.connect();
    in_head.send("GET / HT");
    MemoryClient idle = run.connect();
    idle.send(get_request("/"));
    MemoryClient in_handler = run.connect();
    in_handler.send(get_request("/slow"));
    MemoryClient in_body = run.connect();
    in_body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
    MemoryClient in_response = run.connect();
    in_response.take_only(10);
    in_response.send(get_request("/size/1000000"));
    MemoryClient lingering = run.connect();
    lingering.send("no request\r\n\r\n");
    run.settle();
    EXPECT_EQ(run.server().statistics().connections, 7u);
    run.server().cancel();
    run.settle();
    EXPECT_EQ(run.server().statistics().connections, 0u);
    EXPECT_EQ(state.cancelled, 1);
    EXPECT_EQ(in_handler.received(), "");
    EXPECT_EQ(run.log(), "");
}

TEST_F(DrainTest, EarlierAnswersOfACancelledPipelineAreSent) {
    MemoryClient client = run.connect();
    client.send(get_request("/") + get_request("/slow"));
    run.settle();
    run.server().cancel();
    run.settle();
    EXPECT_EQ(summary(client.received()), "200 hello");
    EXPECT_TRUE(client.is_closed());
}

}  // namespace
}  // namespace indrik::web
