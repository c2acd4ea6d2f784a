// Request bodies on the wire: read, unread, too large, cut short, malformed, and announced with an expectation.

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

constexpr std::string_view kExpect = "Expect: 100-continue\r\n";
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

ServerOptions with_limit(std::uint64_t bytes) {
    ServerOptions options;
    options.body_limit_bytes = bytes;
    return options;
}

std::string coded_chunk(std::string_view data) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", data.size());
    return size + std::string(data) + "\r\n";
}

class RequestBodyTest : public testing::Test {
protected:
    /// Everything that has been answered to `text`, the connection left open.
    std::string answer(MemoryClient& client, std::string_view text) {
        client.send(text);
        run.settle();
        return client.take_received();
    }

    TestState state;
    test::ServerRun run{make_test_app(state), with_limit(1000)};
};

TEST_F(RequestBodyTest, LargerThanAllBuffersArrivesWhole) {
    test::ServerRun large(make_test_app(state), with_limit(2'000'000));
    std::string body;
    for (int i = 0; body.size() < 1'000'000; ++i) body += std::to_string(i) + ' ';
    const std::string next = get_request("/size/2");
    EXPECT_EQ(summary(large.answers_to(post_request("/echo", body) + next)),
              "200 " + body + "|200 xx");
    std::string chunks;
    for (std::size_t at = 0; at < body.size(); at += 12'345) {
        chunks += coded_chunk(std::string_view(body).substr(at, 12'345));
    }
    EXPECT_EQ(summary(large.answers_to(chunked_request("/echo", chunks + "0\r\n\r\n") + next)),
              "200 " + body + "|200 xx");
}

TEST_F(RequestBodyTest, ExactlyAtTheLimitIsAccepted) {
    const std::string body(1000, 'b');
    EXPECT_EQ(summary(run.answers_to(post_request("/echo", body))), "200 " + body);
    const std::string chunks = coded_chunk(body) + "0\r\n\r\n";
    EXPECT_EQ(summary(run.answers_to(chunked_request("/echo", chunks))), "200 " + body);
}

TEST_F(RequestBodyTest, BeyondTheLimitIs413) {
    const std::string body(1001, 'b');
    const auto announced = parse_responses(run.answers_to(post_request("/echo", body)));
    ASSERT_EQ(announced.size(), 1u);
    EXPECT_EQ(announced[0].status, 413);
    EXPECT_EQ(announced[0].body, "Maximum request body size of 1000 bytes exceeded.");
    const std::string chunks =
        coded_chunk(std::string(600, 'b')) + coded_chunk(std::string(401, 'b'));
    const auto chunked = parse_responses(run.answers_to(chunked_request("/echo", chunks)));
    ASSERT_EQ(chunked.size(), 1u);
    EXPECT_EQ(chunked[0].status, 413);
    EXPECT_TRUE(chunked[0].closes());
}

TEST_F(RequestBodyTest, HugeAnnouncementIs413WithoutWaitingAndCloses) {
    MemoryClient client = run.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000000000000\r\n\r\n");
    run.settle();
    const auto responses = parse_responses(client.received());
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(responses[0].status, 413);
    EXPECT_TRUE(responses[0].closes());
    EXPECT_TRUE(client.is_ended());
}

TEST_F(RequestBodyTest, TooLargeBodyStaysTooLargeWhenAskedForAgain) {
    // The second read once returned what was left over as if it were a body.
    Application app;
    auto stubborn = [](Request& request) -> Task<Response> {
        for (int i = 0; i < 2; ++i) {
            try {
                const std::string_view body = co_await request.read();
                co_return Response().text("read " + std::to_string(body.size()));
            } catch (const HTTPRequestEntityTooLarge&) {
            }
        }
        co_return Response().text("too large twice");
    };
    app.add_route(post("/", stubborn));
    test::ServerRun other(std::move(app), with_limit(10));
    const std::string chunks =
        coded_chunk("more than ten bytes") + coded_chunk("rest") + "0\r\n\r\n";
    EXPECT_EQ(summary(other.answers_to(chunked_request("/", chunks))), "200 too large twice");
}

TEST_F(RequestBodyTest, UnreadBodyThatHasArrivedKeepsTheConnection) {
    EXPECT_EQ(summary(run.answers_to(post_request("/ignore", "unread") + get_request("/"))),
              "200 ignored|200 hello");
    EXPECT_EQ(summary(run.answers_to(chunked_request("/ignore", "3\r\nabc\r\n0\r\n\r\n") +
                                     get_request("/"))),
              "200 ignored|200 hello");
}

TEST_F(RequestBodyTest, UnreadSmallBodyIsAnsweredAtOnceAndSkippedWhenItComes) {
    // The answer once waited for the body, and was lost if that did not come.
    MemoryClient client = run.connect();
    EXPECT_EQ(summary(answer(
                  client, "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")),
              "200 ignored");
    EXPECT_EQ(answer(client, "678"), "");
    EXPECT_EQ(summary(answer(client, "90" + get_request("/"))), "200 hello");
    EXPECT_FALSE(client.is_ended());
}

TEST_F(RequestBodyTest, UnreadLargeBodyClosesAndLingers) {
    MemoryClient client = run.connect();
    const auto responses = parse_responses(
        answer(client, "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n12345"));
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(responses[0].body, "ignored");
    EXPECT_TRUE(responses[0].closes());
    EXPECT_TRUE(client.is_ended());
    EXPECT_FALSE(
        client.is_closed());  // takes in what is under way, so that no reset overtakes the answer
    client.send(std::string(100'000, 'b') + get_request("/"));
    run.settle();
    EXPECT_FALSE(client.is_closed());
    run.pass(3s);
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(state.calls, (std::vector<std::string>{"/ignore"}));
}

TEST_F(RequestBodyTest, UnreadChunkedBodyOfUnknownSizeCloses) {
    MemoryClient client = run.connect();
    const auto responses =
        parse_responses(answer(client, chunked_request("/ignore", "3\r\nabc\r\n")));
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_TRUE(responses[0].closes());
    client.end();
    run.settle();
    EXPECT_TRUE(client.is_closed());
}

TEST_F(RequestBodyTest, LingeringTakesInALimitedAmount) {
    MemoryClient client = run.connect();
    answer(client, "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
    client.send(std::string(5'000'000, 'b'));
    run.settle();
    EXPECT_TRUE(client.is_closed());
}

TEST_F(RequestBodyTest, CutShortIsNeverACompleteBody) {
    Application app;
    std::string outcome;
    app.add_route(post("/", [&outcome](Request& request) -> Task<Response> {
        try {
            const std::string_view body = co_await request.read();
            outcome += "complete:" + std::string(body);
        } catch (const std::system_error& error) {
            outcome += error.code().message();
            throw;
        }
        co_return Response();
    }));
    test::ServerRun other(std::move(app));
    const auto expect_incomplete = [&](std::string_view request, std::size_t cut) {
        outcome.clear();
        const std::string answer = other.answers_to(request.substr(0, cut));
        EXPECT_EQ(outcome, "connection closed before the end of the body") << cut;
        EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 400") << cut;
    };
    const std::string with_length = post_request("/", "0123456789");
    for (std::size_t left = 1; left <= 10; ++left)
        expect_incomplete(with_length, with_length.size() - left);
    const std::string_view chunks = "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n";
    const std::string chunked = chunked_request("/", chunks);
    for (std::size_t left = 1; left <= chunks.size(); ++left) {
        expect_incomplete(chunked, chunked.size() - left);
    }
}

TEST_F(RequestBodyTest, ReadFailsTheSameWayWhenTriedAgain) {
    Application app;
    int failures = 0;
    app.add_route(post("/", [&failures](Request& request) -> Task<Response> {
        for (int i = 0; i < 3; ++i) {
            try {
                co_await request.read();
            } catch (const std::system_error&) {
                ++failures;
            }
        }
        co_return Response().text("tried");
    }));
    test::ServerRun other(std::move(app));
    const auto responses =
        parse_responses(other.answers_to(chunked_request("/", "3\r\nabcX") + get_request("/")));
    EXPECT_EQ(failures, 3);
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_TRUE(responses[0].closes());
}

TEST_F(RequestBodyTest, MalformedChunkWithinAReadIs400AndNothingBehindItRuns) {
    for (const std::string_view bad : {"3\r\nabcd\r\n",
                                       "g\r\n",
                                       "3 \r\nabc\r\n",
                                       "-1\r\n",
                                       "3\nabc\r\n",
                                       "3\r\nabc\n0\r\n\r\n",
                                       "ffffffffffffffffff\r\n",
                                       "0\r\nHost: x\r\n\r\n",
                                       "3;\n\r\nabc\r\n"}) {
        MemoryClient client = run.connect();
        EXPECT_EQ(answer(client, chunked_request("/echo", "2\r\nok\r\n")), "");
        const auto responses = parse_responses(answer(client, std::string(bad) + get_request("/")));
        ASSERT_EQ(responses.size(), 1u) << bad;
        EXPECT_EQ(responses[0].status, 400) << bad;
        EXPECT_TRUE(responses[0].closes()) << bad;
        EXPECT_TRUE(client.is_ended()) << bad;
    }
    EXPECT_TRUE(state.calls.empty());
    EXPECT_EQ(run.log(), "");  // nobody's fault but the client's
}

TEST_F(RequestBodyTest, MalformedUnreadChunkClosesBehindTheAnswer) {
    const auto responses =
        parse_responses(run.answers_to(chunked_request("/ignore", "3\r\nabcX") + get_request("/")));
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(responses[0].body, "ignored");
    EXPECT_TRUE(responses[0].closes());
    EXPECT_EQ(state.calls, (std::vector<std::string>{"/ignore"}));
}

TEST_F(RequestBodyTest, ContinueIsSentWhenTheHandlerFirstReads) {
    MemoryClient client = run.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n" + std::string(kExpect));
    run.settle();
    EXPECT_EQ(client.received(), "");
    EXPECT_EQ(answer(client, "\r\n"), kContinue);
    EXPECT_EQ(answer(client, "bo"), "");
    EXPECT_EQ(summary(answer(client, "dy")), "200 body");
    EXPECT_EQ(summary(answer(client, get_request("/"))), "200 hello");
}

TEST_F(RequestBodyTest, ContinueIsNotSentWhenTheBodyCameAlong) {
    EXPECT_EQ(summary(run.answers_to(post_request("/echo", "body", kExpect) + get_request("/"))),
              "200 body|200 hello");
    EXPECT_EQ(summary(run.answers_to(chunked_request("/echo", "1\r\nx\r\n0\r\n\r\n", kExpect))),
              "200 x");
}

TEST_F(RequestBodyTest, ContinueComesBehindEarlierAnswers) {
    MemoryClient client = run.connect();
    const std::string answered =
        answer(client,
               get_request("/") + "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n" +
                   std::string(kExpect) + "\r\n");
    ASSERT_TRUE(answered.ends_with(kContinue));
    EXPECT_EQ(summary(answered.substr(0, answered.size() - kContinue.size())), "200 hello");
    EXPECT_EQ(summary(answer(client, "x")), "200 x");
}

TEST_F(RequestBodyTest, FinalAnswerWithoutContinueCloses) {
    // Whether the client sends the body now cannot be known (RFC 9110 section 10.1.1).
    MemoryClient client = run.connect();
    const auto responses =
        parse_responses(answer(client,
                               "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n" +
                                   std::string(kExpect) + "\r\n"));
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(responses[0].body, "ignored");
    EXPECT_TRUE(responses[0].closes());
    EXPECT_EQ(answer(client, get_request("/")), "");
    EXPECT_EQ(state.calls, (std::vector<std::string>{"/ignore"}));
}

TEST_F(RequestBodyTest, TooLargeAnnouncementWithExpectationIs413WithoutContinue) {
    MemoryClient client = run.connect();
    const auto responses =
        parse_responses(answer(client,
                               "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n" +
                                   std::string(kExpect) + "\r\n"));
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(responses[0].status, 413);
    EXPECT_TRUE(responses[0].closes());
}

TEST_F(RequestBodyTest, HTTP10ExpectationIsIgnored) {
    MemoryClient client = run.connect();
    EXPECT_EQ(
        answer(client,
               "POST /echo HTTP/1.0\r\nContent-Length: 1\r\n" + std::string(kExpect) + "\r\n"),
        "");
    EXPECT_EQ(summary(answer(client, "x")), "200 x");
}

TEST_F(RequestBodyTest, TrailersAreThereOnceTheBodyHasBeenRead) {
    Application app;
    app.add_route(post("/", [](Request& request) -> Task<Response> {
        std::string text;
        try {
            text += std::to_string(request.trailers().size());
        } catch (const std::logic_error&) {
            text += "not yet ";
        }
        co_await request.read();
        for (const auto field : request.trailers())
            text.append(field.name).append("=").append(field.value).append(" ");
        co_return Response().text(text);
    }));
    test::ServerRun served(std::move(app));
    const std::string chunked =
        chunked_request("/", "5\r\nhello\r\n0\r\nX-Sum: 7\r\nRange: x\r\nX_Y: z\r\n\r\n");
    EXPECT_EQ(summary(served.answers_to(chunked + post_request("/", "x") +
                                        chunked_request("/", "0\r\n\r\n"))),
              "200 not yet X-Sum=7 |200 not yet |200 not yet ");
}

TEST_F(RequestBodyTest, RequestWithoutBodyReadsAsEmpty) {
    EXPECT_EQ(summary(run.answers_to("POST /echo HTTP/1.1\r\nHost: x\r\n\r\n" + get_request("/"))),
              "200 |200 hello");
    EXPECT_EQ(summary(run.answers_to(post_request("/echo", "", kExpect))), "200 ");
    EXPECT_EQ(summary(run.answers_to(chunked_request("/echo", "0\r\n\r\n"))), "200 ");
}

}  // namespace
}  // namespace indrik::web
