#include "indrik/http1/body_reader.hpp"

#include <string>

#include <asio/error.hpp>

#include "indrik/http/errors.hpp"
#include "tests/support/co_test.hpp"
#include "tests/unit/http1/served_connection.hpp"

namespace indrik::http1 {
namespace {

std::string with_length(std::size_t length, std::string_view more_fields = {}) {
    return "POST / HTTP/1.1\r\nHost: x\r\n" + std::string(more_fields) +
           "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}
constexpr std::string_view kChunkedHead =
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

Task<std::string> read_whole(BodyReader& body) {
    std::string whole;
    while (!body.at_end()) {
        const std::string_view piece = co_await body.read_some();
        whole += piece;
    }
    co_return whole;
}

CO_TEST(BodyReader, FirstPieceIsAViewBehindTheHead) {
    ServedConnection served(co_await asio::this_coro::executor);
    CO_ASSERT(served.begin(with_length(4) + "bodyNEXT") == HeadStatus::Complete);
    const std::string_view piece = co_await served.workspace.body.read_some();
    EXPECT_EQ(piece, "body");
    EXPECT_GE(piece.data(), served.workspace.input.data());
    EXPECT_LT(piece.data(), served.workspace.input.data() + served.workspace.input.size());
    EXPECT_TRUE(served.workspace.body.at_end());
    EXPECT_TRUE(served.workspace.body.has_more_input());
    served.workspace.body.finish();
    EXPECT_EQ(served.workspace.input.view(), "NEXT");
}

CO_TEST(BodyReader, HeadStaysWhereItIsWhileTheBodyIsReceived) {
    ServedConnection served(co_await asio::this_coro::executor);
    CO_ASSERT(served.begin(with_length(300'006)) == HeadStatus::Complete);
    served.stream.feed(std::string(300'000, 'b'));
    served.stream.feed("behindNEXT");
    const std::string body = co_await read_whole(served.workspace.body);
    EXPECT_EQ(body.size(), 300'006u);
    EXPECT_TRUE(body.ends_with("bbehind"));
    EXPECT_EQ(served.workspace.head.headers.get("Host"), "x");
    EXPECT_EQ(served.workspace.head.target, "/");
    served.workspace.body.finish();
    EXPECT_EQ(served.workspace.input.view(), "NEXT");
}

CO_TEST(BodyReader, ReadsAnEndAgainAndAgain) {
    ServedConnection served(co_await asio::this_coro::executor);
    CO_ASSERT(served.begin(with_length(1) + "x") == HeadStatus::Complete);
    co_await read_whole(served.workspace.body);
    for (int i = 0; i < 3; ++i) {
        const std::string_view piece = co_await served.workspace.body.read_some();
        EXPECT_EQ(piece, "");
    }
}

CO_TEST(BodyReader, HasTheTrailersOfAChunkedBody) {
    ServedConnection served(co_await asio::this_coro::executor);
    CO_ASSERT(served.begin(std::string(kChunkedHead) + "3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\nNEXT") ==
              HeadStatus::Complete);
    const std::string body = co_await read_whole(served.workspace.body);
    EXPECT_EQ(body, "abc");
    EXPECT_EQ(served.workspace.body.trailers().get("X-Sum"), "7");
    served.workspace.body.finish();
    EXPECT_EQ(served.workspace.input.view(), "NEXT");
}

CO_TEST(BodyReader, ChunkLineCutByTheEndOfTheInputGoesOn) {
    const std::string_view coded = "3\r\nabc\r\n2;ext=\"1\"\r\nde\r\n0\r\nT: t\r\n\r\nNEXT";
    for (std::size_t cut = 0; cut <= coded.size() - 4; ++cut) {
        ServedConnection served(co_await asio::this_coro::executor);
        CO_ASSERT(served.begin(std::string(kChunkedHead) + std::string(coded.substr(0, cut))) ==
                  HeadStatus::Complete);
        served.stream.feed(coded.substr(cut));
        const std::string body = co_await read_whole(served.workspace.body);
        EXPECT_EQ(body, "abcde") << cut;
        served.workspace.body.finish();
        const bool next_arrived =
            served.workspace.input.view() == "NEXT" || served.workspace.input.empty();
        EXPECT_TRUE(next_arrived) << cut << served.workspace.input.view();
    }
}

CO_TEST(BodyReader, SkipsWhatHasArrivedAndSaysWhetherReadingOnIsWorthIt) {
    for (const std::size_t missing : {0u, 1u, 100u, 101u}) {
        ServedConnection served(co_await asio::this_coro::executor);
        CO_ASSERT(served.begin(with_length(10 + missing) + "0123456789") == HeadStatus::Complete);
        EXPECT_EQ(served.workspace.body.skip_received(100), missing <= 100) << missing;
        EXPECT_EQ(served.workspace.body.at_end(), missing == 0) << missing;
    }
}

CO_TEST(BodyReader, DoesNotSkipChunksWhoseEndIsNotThere) {
    ServedConnection served(co_await asio::this_coro::executor);
    CO_ASSERT(served.begin(std::string(kChunkedHead) + "3\r\nabc\r\n") == HeadStatus::Complete);
    EXPECT_FALSE(served.workspace.body.skip_received(1000));
}

CO_TEST(BodyReader, DoesNotSkipABodyThatWaitsForPermission) {
    ServedConnection served(co_await asio::this_coro::executor);
    CO_ASSERT(served.begin(with_length(3, "Expect: 100-continue\r\n")) == HeadStatus::Complete);
    EXPECT_FALSE(served.workspace.body.skip_received(1000));
    EXPECT_EQ(served.stream.output(), "");
}

CO_TEST(BodyReader, KeepsWhyItFailed) {
    ServedConnection served(co_await asio::this_coro::executor);
    CO_ASSERT(served.begin(with_length(5) + "abc") == HeadStatus::Complete);
    served.stream.end_input();
    const bool failed = co_await test::throws<std::system_error>(read_whole(served.workspace.body));
    EXPECT_TRUE(failed);
    EXPECT_EQ(served.workspace.body.failure(), http::Error::IncompleteBody);
    EXPECT_FALSE(served.workspace.body.at_end());
    EXPECT_FALSE(served.workspace.body.skip_received(1000));
    const bool failed_again =
        co_await test::throws<std::system_error>(read_whole(served.workspace.body));
    EXPECT_TRUE(failed_again);
}

CO_TEST(BodyReader, IsFreshForTheNextMessage) {
    ServedConnection served(co_await asio::this_coro::executor);
    CO_ASSERT(served.begin(std::string(kChunkedHead) + "3\r\nabc\r\n0\r\n\r\n" + with_length(2) +
                           "xy" + "GET / HTTP/1.1\r\nHost: x\r\n\r\n") == HeadStatus::Complete);
    co_await read_whole(served.workspace.body);
    served.workspace.body.finish();
    CO_ASSERT(served.connection.next_head(served.workspace) == HeadStatus::Complete);
    const std::string second = co_await read_whole(served.workspace.body);
    EXPECT_EQ(second, "xy");
    EXPECT_FALSE(served.workspace.body.failure());
    served.workspace.body.finish();
    CO_ASSERT(served.connection.next_head(served.workspace) == HeadStatus::Complete);
    EXPECT_TRUE(served.workspace.body.at_end());
    served.workspace.body.finish();
    EXPECT_TRUE(served.workspace.input.empty());
}

}  // namespace
}  // namespace indrik::http1
