// Responses that are written while they are being made.

#include "indrik/web/stream_response.hpp"

#include <stdexcept>
#include <string>

#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using test::MemoryClient;
using test::ServerRun;

constexpr std::string_view kChunkedHead = "Transfer-Encoding: chunked\r\n";

std::string body_of(const std::string& response) {
    return response.substr(response.find("\r\n\r\n") + 4);
}

Task<Response> three_pieces(Request& request) {
    StreamResponse response;
    response.content_type("text/plain");
    co_await response.prepare(request);
    for (const char* piece : {"one", "two", ""}) co_await response.write(piece);
    co_await response.write("three");
    co_await response.write_eof();
    co_return std::move(response);
}

Task<Response> with_length(Request& request) {
    StreamResponse response(201);
    response.content_length(6);
    co_await response.prepare(request);
    co_await response.write("abc");
    co_await response.write("def");
    co_return std::move(response);
}

class StreamResponseTest : public testing::Test {
protected:
    /// Serves `handler` at "/" and, for what follows on the connection, "ok" at "/next".
    std::string answer(Handler handler,
                       std::string_view version = "HTTP/1.1",
                       std::string_view method = "GET") {
        Application app;
        app.add_routes({route("*", "/", std::move(handler)),
                        get("/next", [](Request&) { return Response().text("ok"); })});
        run.emplace(std::move(app));
        client = run->connect();
        client.send(std::string(method) + " / " + std::string(version) + "\r\nHost: x\r\n\r\n");
        run->settle();
        return client.received();
    }
    /// What a further request on the same connection brings.
    std::string next() {
        client.take_received();
        client.send(get_request("/next"));
        run->settle();
        return client.received();
    }

    std::optional<ServerRun> run;
    MemoryClient client;
};

TEST_F(StreamResponseTest, IsChunkedAndLeavesTheConnectionOpen) {
    const std::string response = answer(three_pieces);
    EXPECT_NE(response.find(kChunkedHead), std::string::npos);
    EXPECT_EQ(response.find("Content-Length"), std::string::npos);
    EXPECT_EQ(body_of(response), "3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n");
    EXPECT_EQ(body_of(next()), "ok");
}

TEST_F(StreamResponseTest, WithALengthIsNotChunkedAndEndsWithTheHandler) {
    const std::string response = answer(with_length);
    EXPECT_EQ(response.rfind("HTTP/1.1 201 Created\r\n", 0), 0u);
    EXPECT_NE(response.find("Content-Length: 6\r\n"), std::string::npos);
    EXPECT_EQ(body_of(response), "abcdef");
    EXPECT_EQ(body_of(next()), "ok");
}

TEST_F(StreamResponseTest, EndsWithTheConnectionForAnOldClient) {
    const std::string response = answer(three_pieces, "HTTP/1.0");
    EXPECT_EQ(response.find("Transfer-Encoding"), std::string::npos);
    EXPECT_EQ(body_of(response), "onetwothree");
    EXPECT_TRUE(client.is_ended());
}

TEST_F(StreamResponseTest, AnswersHeadWithoutBody) {
    const std::string response = answer(three_pieces, "HTTP/1.1", "HEAD");
    EXPECT_NE(response.find(kChunkedHead), std::string::npos);
    EXPECT_EQ(body_of(response), "");
    EXPECT_EQ(body_of(next()), "ok");
}

TEST_F(StreamResponseTest, SendsTrailersBehindAChunkedBody) {
    const std::string response = answer([](Request& request) -> Task<Response> {
        StreamResponse stream;
        co_await stream.prepare(request);
        co_await stream.write("x");
        stream.trailers().append("X-Checksum", "42");
        co_return std::move(stream);
    });
    EXPECT_EQ(body_of(response), "1\r\nx\r\n0\r\nX-Checksum: 42\r\n\r\n");
}

TEST_F(StreamResponseTest, CutsTheConnectionWhenTheHandlerThrowsHalfWay) {
    const std::string response = answer([](Request& request) -> Task<Response> {
        StreamResponse stream;
        co_await stream.prepare(request);
        co_await stream.write("begun");
        throw std::runtime_error("half way");
        co_return std::move(stream);
    });
    EXPECT_EQ(body_of(response),
              "5\r\nbegun\r\n");  // no last chunk: the client knows that it is incomplete
    EXPECT_TRUE(client.is_ended());
    EXPECT_NE(run->log().find("half way"), std::string::npos);
}

TEST_F(StreamResponseTest, CutsTheConnectionWhenAnotherResponseIsReturned) {
    const std::string response = answer([](Request& request) -> Task<Response> {
        StreamResponse stream;
        co_await stream.prepare(request);
        co_return Response().text("another");
    });
    EXPECT_EQ(response.find("another"), std::string::npos);
    EXPECT_TRUE(client.is_ended());
    EXPECT_NE(run->log().find("returned another one"), std::string::npos);
}

TEST_F(StreamResponseTest, CutsTheConnectionWhenLessThanTheLengthWasWritten) {
    answer([](Request& request) -> Task<Response> {
        StreamResponse stream;
        stream.content_length(10);
        co_await stream.prepare(request);
        co_await stream.write("short");
        co_return std::move(stream);
    });
    EXPECT_TRUE(client.is_ended());
}

TEST_F(StreamResponseTest, RefusesMoreThanTheLength) {
    answer([](Request& request) -> Task<Response> {
        StreamResponse stream;
        stream.content_length(2);
        co_await stream.prepare(request);
        bool refused = false;
        try {
            co_await stream.write("long");
        } catch (const std::length_error&) {
            refused = true;
        }
        co_await stream.write(refused ? "ok" : "no");
        co_return std::move(stream);
    });
    EXPECT_EQ(body_of(client.received()), "ok");
}

TEST_F(StreamResponseTest, WritingBeforePrepareAndChangingTheHeadAfterwardsAreErrors) {
    answer([](Request& request) -> Task<Response> {
        StreamResponse stream;
        EXPECT_FALSE(stream.is_prepared());
        bool refused = false;
        try {
            co_await stream.write("early");
        } catch (const std::logic_error&) {
            refused = true;
        }
        EXPECT_TRUE(refused);
        co_await stream.prepare(request);
        EXPECT_THROW(stream.header("X-Late", "1"), std::logic_error);
        co_return std::move(stream);
    });
}

TEST_F(StreamResponseTest, WaitsForAPeerThatReadsSlowly) {
    Application app;
    std::size_t written = 0;
    app.add_routes({get("/", [&written](Request& request) -> Task<Response> {
        StreamResponse stream;
        co_await stream.prepare(request);
        for (int i = 0; i < 1000; ++i) {
            co_await stream.write(std::string(1024, 'x'));
            written += 1024;
        }
        co_return std::move(stream);
    })});
    run.emplace(std::move(app));
    client = run->connect();
    client.take_only(1000);
    client.send(get_request("/"));
    run->settle();
    EXPECT_LT(written, 100u * 1024);  // the 64 KiB that may gather, and a little
    client.take_only(100'000'000);
    run->settle();
    EXPECT_EQ(written, 1000u * 1024);
    EXPECT_TRUE(client.received().ends_with("0\r\n\r\n"));
}

TEST_F(StreamResponseTest, HandlerLearnsThatThePeerIsGone) {
    Application app;
    bool failed = false;
    app.add_routes({get("/", [&](Request& request) -> Task<Response> {
        StreamResponse stream;
        co_await stream.prepare(request);
        client.fail();
        try {
            co_await stream.write("nobody hears this");
        } catch (const std::system_error&) {
            failed = true;
        }
        co_return std::move(stream);
    })});
    run.emplace(std::move(app));
    client = run->connect();
    client.send(get_request("/"));
    run->settle();
    EXPECT_TRUE(failed);
    EXPECT_TRUE(client.is_closed());
}

TEST_F(StreamResponseTest, LargePiecesAreSentWhole) {
    const std::string large(300'000, 'y');
    const std::string response = answer([&large](Request& request) -> Task<Response> {
        StreamResponse stream;
        co_await stream.prepare(request);
        co_await stream.write_view(large);
        co_return std::move(stream);
    });
    EXPECT_EQ(body_of(response), "493e0\r\n" + large + "\r\n0\r\n\r\n");
}

}  // namespace
}  // namespace indrik::web
