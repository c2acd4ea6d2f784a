// Compressed responses: which are, which are not, and what their fields say.

#include "indrik/web/compression.hpp"

#include <string>

#include <gmock/gmock.h>

#include "indrik/web/stream_response.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using http::ContentCoding;
using test::parse_responses;
using test::WireResponse;
using testing::HasSubstr;
using testing::Not;

const std::string kText = [] {
    std::string text;
    for (int i = 0; text.size() < 20'000; ++i) text += "line " + std::to_string(i) + "\n";
    return text;
}();

std::string decompress(ContentCoding coding, std::string_view bytes) {
    http::Decompressor decompressor(coding);
    Buffer out;
    const auto step = decompressor.feed(bytes, out, 10'000'000);
    EXPECT_TRUE(step && step->consumed == bytes.size());
    EXPECT_TRUE(decompressor.finish());
    return std::string(out.view());
}

std::string accepting(std::string_view codings) {
    return "Accept-Encoding: " + std::string(codings) + "\r\n";
}

/// The answer of a server that compresses to a request for "/", which `response` answers.
WireResponse answer(const Response& response,
                    std::string_view codings = "gzip",
                    CompressionOptions options = {},
                    std::string_view method = "GET") {
    Application app;
    app.add_middleware(compression(std::move(options)));
    app.add_route(route("*", "/", [&response](Request&) { return Response(response); }));
    test::ServerRun run(std::move(app));
    const std::string fields = codings.empty() ? std::string() : accepting(codings);
    const std::string request =
        std::string(method) + " / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
    const auto responses = parse_responses(run.answers_to(request), method == "HEAD");
    return responses.size() == 1 ? responses[0] : WireResponse();
}

bool is_compressed(const WireResponse& response) {
    return response.head.find("Content-Encoding") != std::string::npos;
}

Response text_response() {
    return Response().text(kText);
}

TEST(Compression, IsInTheCodingThatTheClientLikesBest) {
    for (const ContentCoding coding : http::kOfferedCodings) {
        const std::string name(http::to_string(coding));
        // Twice, so that compressors are used again.
        Application app;
        app.add_middleware(compression());
        app.add_route(get("/", [](Request&) { return text_response(); }));
        test::ServerRun run(std::move(app));
        const std::string request = get_request("/", accepting("*;q=0.1, " + name));
        const auto responses = parse_responses(run.answers_to(request + request));
        ASSERT_EQ(responses.size(), 2u);
        for (const WireResponse& response : responses) {
            EXPECT_TRUE(response.has_field("Content-Encoding: " + name));
            EXPECT_TRUE(response.has_field("Vary: Accept-Encoding"));
            EXPECT_TRUE(response.has_field("Content-Type: text/plain; charset=utf-8"));
            EXPECT_LT(response.body.size(), kText.size() / 2);
            EXPECT_EQ(decompress(coding, response.body), kText);
        }
    }
}

TEST(Compression, IdentityIsSentToThoseWhoWantIt) {
    for (const std::string_view codings : {"",
                                           "identity",
                                           "gzip;q=0",
                                           "rot13",
                                           "identity, *;q=0",
                                           "gzip;q=0.5, identity;q=0.8, *;q=0"}) {
        const WireResponse response = answer(text_response(), codings);
        EXPECT_FALSE(is_compressed(response)) << codings;
        EXPECT_EQ(response.body, kText);
        EXPECT_TRUE(response.has_field("Vary: Accept-Encoding")) << codings;
    }
}

TEST(Compression, SmallBodiesAndOtherTypesAreLeftAlone) {
    EXPECT_FALSE(is_compressed(answer(Response().text(kText.substr(0, 1023)))));
    EXPECT_TRUE(is_compressed(answer(Response().text(kText.substr(0, 1024)))));
    EXPECT_FALSE(is_compressed(answer(Response().body(kText, "image/png"))));
    EXPECT_TRUE(is_compressed(answer(Response().body(kText, "application/json; charset=utf-8"))));
    EXPECT_THAT(answer(Response().body(kText, "image/png")).head, Not(HasSubstr("Vary")));
    CompressionOptions options;
    options.content_types = {"image/png"};
    options.min_bytes = 10;
    options.max_bytes = 30'000;
    EXPECT_TRUE(is_compressed(answer(Response().body(kText, "image/png"), "br", options)));
    EXPECT_FALSE(is_compressed(answer(text_response(), "br", options)));
    const Response large = Response().body(std::string(40'000, 'x'), "image/png");
    EXPECT_FALSE(is_compressed(answer(large, "br", options)));
}

TEST(Compression, WhatHasACodingOrMustNotHaveOneIsLeftAlone) {
    EXPECT_TRUE(
        answer(text_response().header("Content-Encoding", "br")).has_field("Content-Encoding: br"));
    EXPECT_EQ(answer(text_response().header("Content-Encoding", "br")).body, kText);
    EXPECT_FALSE(
        is_compressed(answer(text_response().header("Cache-Control", "public, no-transform"))));
    EXPECT_FALSE(is_compressed(answer(text_response().header("Content-Digest", "sha-256=:x:"))));
    EXPECT_FALSE(
        is_compressed(answer(text_response().status(206).header("Content-Range", "bytes 0-9/10"))));
}

TEST(Compression, HeadAndAnswersWithoutBodyAreLeftAlone) {
    const WireResponse head = answer(text_response(), "gzip", {}, "HEAD");
    EXPECT_FALSE(is_compressed(head));
    EXPECT_TRUE(head.has_field("Content-Length: " + std::to_string(kText.size())));
    EXPECT_TRUE(head.has_field("Vary: Accept-Encoding"));
    EXPECT_FALSE(is_compressed(answer(text_response().status(304))));
}

TEST(Compression, StrongTagsBecomeWeakOnes) {
    EXPECT_TRUE(answer(text_response().header("ETag", "\"v1\"")).has_field("ETag: W/\"v1\""));
    EXPECT_TRUE(answer(text_response().header("ETag", "W/\"v1\"")).has_field("ETag: W/\"v1\""));
    EXPECT_TRUE(answer(text_response().header("ETag", "\"v1\""), "").has_field("ETag: \"v1\""));
}

TEST(Compression, VaryIsKept) {
    const auto with = [](std::string_view vary) {
        return answer(text_response().header("Vary", vary)).head;
    };
    EXPECT_THAT(with("Origin"), HasSubstr("Vary: Origin\r\n"));
    EXPECT_THAT(with("Origin"), HasSubstr("Vary: Accept-Encoding\r\n"));
    EXPECT_THAT(with("*"), Not(HasSubstr("Vary: Accept-Encoding")));
    EXPECT_THAT(with("Origin, accept-encoding"), Not(HasSubstr("Vary: Accept-Encoding")));
}

TEST(Compression, WhatDoesNotGetSmallerIsLeftAlone) {
    std::string noise;
    unsigned state = 1;
    for (int i = 0; i < 4000; ++i) {
        state = state * 1664525 + 1013904223;
        noise += static_cast<char>(state >> 24);
    }
    EXPECT_FALSE(is_compressed(answer(Response().body(noise, "text/plain"))));
}

TEST(Compression, LevelsThatACodingDoesNotHaveAreRefused) {
    CompressionOptions options;
    options.level = 11;
    EXPECT_THROW(compression(options), std::invalid_argument);
    options.codings = {ContentCoding::Brotli};
    EXPECT_NO_THROW(compression(options));
}

// ---- streamed responses

std::string joined_chunks(std::string_view coded) {
    std::string body;
    for (;;) {
        const std::size_t line = coded.find("\r\n");
        const std::size_t size = std::stoul(std::string(coded.substr(0, line)), nullptr, 16);
        if (size == 0) return body;
        body += coded.substr(line + 2, size);
        coded.remove_prefix(line + 2 + size + 2);
    }
}

class StreamCompressionTest : public testing::Test {
protected:
    static Application make_app(Event& gate, http::FlushMode flush, bool ends) {
        Application app;
        auto handler = [&gate, flush, ends](Request& request) -> Task<Response> {
            StreamResponse response;
            response.content_type("text/plain").content_length(11).enable_compression(flush);
            co_await response.prepare(request);
            co_await response.write("first ");
            co_await gate.wait();
            co_await response.write("last\n");
            if (ends) co_await response.write_eof();
            co_return std::move(response);
        };
        app.add_routes({route("*", "/", std::move(handler)),
                        get("/next", [](Request&) { return Response().text("ok"); })});
        return app;
    }

    void expect_whole(std::string_view coding, http::FlushMode flush, bool ends) {
        Event gate;
        test::ServerRun run(make_app(gate, flush, ends));
        test::MemoryClient client = run.connect();
        client.send(get_request("/", accepting(coding)));
        run.settle();
        gate.set();
        run.settle();
        const std::size_t head = client.received().find("\r\n\r\n") + 4;
        EXPECT_THAT(client.received(), HasSubstr("Vary: Accept-Encoding\r\n"));
        EXPECT_THAT(client.received(), Not(HasSubstr("Content-Length")));
        const std::string body = joined_chunks(client.take_received().substr(head));
        EXPECT_EQ(decompress(*http::parse_content_coding(coding), body), "first last\n") << coding;
        client.send(get_request("/next"));
        run.settle();
        EXPECT_EQ(test::summary(client.received()), "200 ok");
    }
};

TEST_F(StreamCompressionTest, IsWholeHoweverItEnds) {
    for (const std::string_view coding : {"gzip", "deflate", "br", "zstd"}) {
        for (const auto flush : {http::FlushMode::Sync, http::FlushMode::None}) {
            expect_whole(coding, flush, true);
            expect_whole(coding, flush, false);
        }
    }
}

TEST_F(StreamCompressionTest, WhatIsWrittenGoesOutAtOnce) {
    for (const std::string_view coding : {"gzip", "deflate", "br", "zstd"}) {
        Event gate;
        test::ServerRun run(make_app(gate, http::FlushMode::Sync, true));
        test::MemoryClient client = run.connect();
        client.send(get_request("/", accepting(coding)));
        run.settle();
        const std::string& received = client.received();
        const std::string body =
            joined_chunks(received.substr(received.find("\r\n\r\n") + 4) + "0\r\n");
        http::Decompressor decompressor(*http::parse_content_coding(coding));
        Buffer out;
        EXPECT_TRUE(decompressor.feed(body, out, 1000));
        EXPECT_EQ(out.view(), "first ") << coding;
    }
}

TEST_F(StreamCompressionTest, ClientsThatWantNoneGetTheLength) {
    Event gate;
    gate.set();
    test::ServerRun run(make_app(gate, http::FlushMode::Sync, true));
    const std::string received = run.answers_to(get_request("/"));
    EXPECT_THAT(received, HasSubstr("Content-Length: 11\r\n"));
    EXPECT_THAT(received, HasSubstr("Vary: Accept-Encoding\r\n"));
    EXPECT_EQ(test::summary(received), "200 first last\n");
}

TEST_F(StreamCompressionTest, HeadHasTheFieldsWithoutTheBody) {
    Event gate;
    gate.set();
    test::ServerRun run(make_app(gate, http::FlushMode::Sync, false));
    const std::string received =
        run.answers_to("HEAD / HTTP/1.1\r\nHost: x\r\n" + accepting("gzip") + "\r\n");
    EXPECT_THAT(received, HasSubstr("Content-Encoding: gzip\r\n"));
    EXPECT_TRUE(received.ends_with("\r\n\r\n"));
    EXPECT_EQ(received.find("\r\n\r\n"), received.size() - 4);
}

}  // namespace
}  // namespace indrik::web
