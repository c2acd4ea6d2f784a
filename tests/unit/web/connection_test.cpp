// What a connection does with well-formed requests: fragments, pipelines, keep-alive, HEAD, empty answers.

#include <string>

#include "tests/support/server_run.hpp"
#include "tests/support/splits.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::MemoryClient;
using test::parse_responses;
using test::summary;

class ConnectionTest : public testing::Test {
protected:
    TestState state;
    test::ServerRun run{make_test_app(state)};
};

TEST_F(ConnectionTest, AnswersARequest) {
    MemoryClient client = run.connect();
    client.send(get_request("/"));
    run.settle();
    const auto responses = parse_responses(client.received());
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(responses[0].status, 200);
    EXPECT_EQ(responses[0].body, "hello");
    EXPECT_TRUE(responses[0].has_field("Content-Type: text/plain; charset=utf-8"));
    EXPECT_TRUE(responses[0].has_field("Server: indrik"));
    EXPECT_NE(responses[0].head.find("\r\nDate: "), std::string::npos);
    EXPECT_FALSE(responses[0].closes());
    EXPECT_FALSE(client.is_ended());
}

TEST_F(ConnectionTest, AnswersTheSameInAnyFragmentation) {
    const std::string requests =
        get_request("/size/3") + post_request("/echo", "body") +
        chunked_request("/echo", "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: t\r\n\r\n") +
        post_request("/ignore", "unread") + get_request("/nothing");
    const auto outcome = [&](const tests::Pieces& pieces) {
        return summary(run.answers_to(pieces));
    };
    EXPECT_EQ(tests::expect_same_in_any_fragmentation(requests, outcome),
              "200 xxx|200 body|200 abcde|200 ignored|404 404: Not Found");
}

TEST_F(ConnectionTest, PipelinedRequestsAreAnsweredInOrderByOneWrite) {
    std::string requests;
    std::string expected;
    for (int i = 0; i < 16; ++i) {
        requests += get_request("/size/" + std::to_string(i));
        expected += (i == 0 ? "200 " : "|200 ") + std::string(static_cast<std::size_t>(i), 'x');
    }
    MemoryClient client = run.connect();
    client.send(requests);
    run.settle();
    EXPECT_EQ(summary(client.received()), expected);
    EXPECT_EQ(client.writes(), 1);
}

TEST_F(ConnectionTest, CoroutineHandlersThatDoNotWaitShareTheWriteToo) {
    std::string requests;
    for (int i = 0; i < 16; ++i) requests += post_request("/echo", std::to_string(i));
    MemoryClient client = run.connect();
    client.send(requests);
    run.settle();
    EXPECT_EQ(parse_responses(client.received()).size(), 16u);
    EXPECT_EQ(client.writes(), 1);
}

TEST_F(ConnectionTest, AnswersAThousandPipelinedRequestsWithBodiesBetween) {
    std::string requests;
    std::string expected;
    for (int i = 0; i < 1000; ++i) {
        const std::string number = std::to_string(i);
        if (i % 3 == 0) requests += get_request("/size/" + std::to_string(i % 7));
        if (i % 3 == 1) requests += post_request("/echo", "body " + number);
        if (i % 3 == 2) requests += chunked_request("/echo", "4\r\nbody\r\n1\r\n \r\n0\r\n\r\n");
        if (i != 0) expected += '|';
        expected += "200 ";
        if (i % 3 == 0) expected += std::string(static_cast<std::size_t>(i % 7), 'x');
        if (i % 3 == 1) expected += "body " + number;
        if (i % 3 == 2) expected += "body ";
    }
    MemoryClient client = run.connect();
    client.send(requests);
    run.settle();
    EXPECT_EQ(summary(client.received()), expected);
    EXPECT_LT(client.writes(), 20);
}

TEST_F(ConnectionTest, FastAnswerIsSentBeforeTheSlowOneBehindItEnds) {
    MemoryClient client = run.connect();
    client.send(get_request("/") + get_request("/size/1") + get_request("/slow") +
                get_request("/size/2"));
    run.settle();
    EXPECT_EQ(summary(client.received()), "200 hello|200 x");
    state.gate.set();
    run.settle();
    EXPECT_EQ(summary(client.received()), "200 hello|200 x|200 slow /slow  -|200 xx");
}

TEST_F(ConnectionTest, RequestStaysWhatItIsWhileItsHandlerWaits) {
    // Buffers are lent: what the others do with theirs must not show.
    MemoryClient slow = run.connect();
    slow.send(get_request("/slow?q=first", "X-Mark: marked\r\n"));
    run.settle();
    for (int i = 0; i < 100; ++i) {
        const std::string requests =
            get_request("/" + std::string(200, 'y') + "?q=other", "X-Mark: wrong\r\n") +
            post_request("/echo", std::string(500, 'z'));
        ASSERT_EQ(summary(run.answers_to(requests)),
                  "404 404: Not Found|200 " + std::string(500, 'z'));
    }
    slow.send(get_request("/slow?q=second", "X-Mark: later\r\n"));  // arrives meanwhile
    run.settle();
    state.gate.set();
    run.settle();
    EXPECT_EQ(summary(slow.received()),
              "200 slow /slow?q=first marked first|200 slow /slow?q=second later second");
}

TEST_F(ConnectionTest, StaysOpenFromRequestToRequest) {
    MemoryClient client = run.connect();
    for (int i = 0; i < 5; ++i) {
        client.send(get_request("/"));
        run.settle();
        EXPECT_EQ(summary(client.take_received()), "200 hello");
    }
    EXPECT_EQ(run.server().statistics().accepted, 1u);
    EXPECT_EQ(run.server().statistics().requests, 5u);
}

TEST_F(ConnectionTest, ClosesWhenTheClientAsksForIt) {
    MemoryClient client = run.connect();
    client.send(get_request("/", "Connection: close\r\n") + get_request("/size/1"));
    run.settle();
    const auto responses = parse_responses(client.received());
    ASSERT_EQ(responses.size(), 1u);  // what follows is not executed
    EXPECT_TRUE(responses[0].closes());
    EXPECT_TRUE(client.is_ended());
}

TEST_F(ConnectionTest, ClosesWhenTheResponseAsksForIt) {
    Application app;
    app.add_route(get("/", [](Request&) { return Response().text("bye").force_close(); }));
    test::ServerRun other(std::move(app));
    MemoryClient client = other.connect();
    client.send(get_request("/") + get_request("/"));
    other.settle();
    ASSERT_EQ(parse_responses(client.received()).size(), 1u);
    EXPECT_TRUE(parse_responses(client.received())[0].closes());
    EXPECT_TRUE(client.is_ended());
}

TEST_F(ConnectionTest, HTTP10ClosesUnlessItAsksForKeepAlive) {
    MemoryClient plain = run.connect();
    plain.send("GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n");
    run.settle();
    ASSERT_EQ(parse_responses(plain.received()).size(), 1u);
    EXPECT_TRUE(parse_responses(plain.received())[0].closes());
    EXPECT_TRUE(plain.is_ended());

    MemoryClient kept = run.connect();
    kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    run.settle();
    EXPECT_TRUE(parse_responses(kept.take_received()).at(0).has_field("Connection: keep-alive"));
    EXPECT_FALSE(kept.is_ended());
    kept.send("GET /size/2 HTTP/1.0\r\n\r\n");
    run.settle();
    EXPECT_EQ(summary(kept.received()), "200 xx");
    EXPECT_TRUE(kept.is_closed());
}

TEST_F(ConnectionTest, HeadAnswersAsGetWithoutTheBody) {
    MemoryClient client = run.connect();
    const std::string head = "HEAD /size/70000 HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send(head + head + "HEAD /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
    run.settle();
    const auto responses = parse_responses(client.received(), true);
    ASSERT_EQ(responses.size(), 3u);
    EXPECT_TRUE(responses[1].has_field("Content-Length: 70000"));
    EXPECT_EQ(responses[2].status, 404);
    EXPECT_FALSE(client.is_ended());
}

TEST_F(ConnectionTest, AnswersWithoutContentHaveNoBody) {
    MemoryClient client = run.connect();
    client.send(get_request("/status/204") + get_request("/status/304") +
                get_request("/status/200"));
    run.settle();
    const auto responses = parse_responses(client.received());
    ASSERT_EQ(responses.size(), 3u);
    EXPECT_EQ(responses[0].status, 204);
    EXPECT_EQ(responses[0].head.find("Content-Length"), std::string::npos);
    EXPECT_EQ(responses[1].status, 304);
    EXPECT_EQ(responses[2].body, "body");
}

TEST_F(ConnectionTest, LargeBodiesReachAReaderThatTakesLittleAtATime) {
    MemoryClient client = run.connect();
    client.take_only(10'000);
    client.send(get_request("/size/1048576") + get_request("/size/3"));
    run.settle();
    while (client.received().size() < 1'048'576) {
        const std::size_t before = client.received().size();
        client.take_only(100'000);
        run.settle();
        ASSERT_GT(client.received().size(), before);
    }
    client.take_only(100'000);
    run.settle();
    EXPECT_EQ(summary(client.received()), "200 " + std::string(1'048'576, 'x') + "|200 xxx");
}

TEST_F(ConnectionTest, ManyAnswersAreNotGatheredBeyondMeasure) {
    // A client that pipelines and does not read must not fill the server's memory.
    MemoryClient client = run.connect();
    client.take_only(1);
    std::string requests;
    for (int i = 0; i < 500; ++i) requests += get_request("/size/16000");
    client.send(requests);
    run.settle();
    EXPECT_LT(run.server().statistics().requests, 10u);
    client.take_only(static_cast<std::size_t>(-1));
    run.settle();
    EXPECT_EQ(parse_responses(client.received()).size(), 500u);
}

TEST_F(ConnectionTest, PeerThatFinishedSendingStillGetsItsAnswer) {
    MemoryClient client = run.connect();
    client.send(get_request("/slow"));
    client.end();
    run.settle();
    EXPECT_FALSE(client.is_closed());
    state.gate.set();
    run.settle();
    EXPECT_EQ(summary(client.received()), "200 slow /slow  -");
    EXPECT_TRUE(client.is_closed());
}

TEST_F(ConnectionTest, PeerThatVanishesEndsTheConnectionQuietly) {
    MemoryClient idle = run.connect();
    MemoryClient in_head = run.connect();
    in_head.send("GET / HT");
    MemoryClient in_handler = run.connect();
    in_handler.send(get_request("/slow"));
    MemoryClient in_response = run.connect();
    in_response.take_only(100);
    in_response.send(get_request("/size/1000000"));
    run.settle();
    for (MemoryClient* const client : {&idle, &in_head, &in_handler, &in_response}) client->fail();
    run.settle();
    EXPECT_TRUE(idle.is_closed());
    EXPECT_TRUE(in_head.is_closed());
    EXPECT_TRUE(in_response.is_closed());
    state.gate.set();  // its handler goes on to its end
    run.settle();
    EXPECT_TRUE(in_handler.is_closed());
    EXPECT_EQ(run.log(), "");
    EXPECT_EQ(run.server().statistics().connections, 0u);
}

TEST_F(ConnectionTest, EmptyLinesBetweenRequestsAreIgnored) {
    EXPECT_EQ(summary(run.answers_to("\r\n" + get_request("/") + "\r\n" + get_request("/size/1"))),
              "200 hello|200 x");
}

TEST_F(ConnectionTest, ServerFieldCanBeChangedAndLeftOut) {
    for (const std::string name : {"", "other/1"}) {
        ServerOptions options;
        options.server_name = name;
        test::ServerRun other(make_test_app(state), options);
        const std::string answer = other.answers_to(get_request("/"));
        EXPECT_EQ(answer.find("\r\nServer: " + name) != std::string::npos, !name.empty());
        EXPECT_EQ(answer.find("indrik"), std::string::npos);
    }
}

TEST_F(ConnectionTest, FloodOfUnknownPathsLeavesNothingBehind) {
    std::string requests;
    for (int i = 0; i < 200; ++i) {
        requests += get_request("/a%2" + std::to_string(i % 6) + "b/" + std::to_string(i));
    }
    EXPECT_EQ(parse_responses(run.answers_to(requests)).size(), 200u);
    EXPECT_EQ(run.log(), "");
}

TEST(ConnectionField, OfAResponseClosesTheConnection) {
    Application app;
    app.add_routes(
        {get("/", [](Request&) { return Response().text("bye").header("Connection", "Close"); })});
    test::ServerRun run(std::move(app));
    test::MemoryClient client = run.connect();
    client.send(get_request("/") + get_request("/"));
    run.settle();
    const auto responses = test::parse_responses(client.received());
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_TRUE(responses[0].closes());
    EXPECT_TRUE(client.is_ended());
}

}  // namespace
}  // namespace indrik::web
