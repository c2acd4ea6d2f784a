// Request bodies with a content coding, through a whole server: what comes of them, and bombs.

#include "indrik/web/decoded_body.hpp"

#include <string>

#include <gmock/gmock.h>

#include "indrik/web/form_data.hpp"
#include "tests/support/server_run.hpp"
#include "tests/support/splits.hpp"
#include "tests/unit/web/form_text.hpp"

namespace indrik::web {
namespace {

using http::ContentCoding;
using test::parse_responses;
using test::summary;
using testing::HasSubstr;
using testing::StartsWith;
using tests::Pieces;

constexpr ContentCoding kCodings[] = {
    ContentCoding::Gzip, ContentCoding::Deflate, ContentCoding::Brotli, ContentCoding::Zstd};

std::string compress(ContentCoding coding, std::string_view bytes) {
    http::Compressor compressor(coding);
    Buffer out;
    compressor.feed(bytes, out);
    compressor.finish(out);
    return std::string(out.view());
}

std::string coding_field(std::string_view name) {
    return "Content-Encoding: " + std::string(name) + "\r\n";
}

/// A request with `bytes` as a compressed body.
std::string compressed_request(ContentCoding coding,
                               std::string_view target,
                               std::string_view bytes,
                               std::string_view more_fields = {}) {
    return post_request(target,
                        compress(coding, bytes),
                        coding_field(http::to_string(coding)) + std::string(more_fields));
}

/// Reads pieces, and says how much there was and how large the largest was.
Task<Response> measure(Request& request) {
    std::size_t total = 0;
    std::size_t largest = 0;
    for (;;) {
        const std::string_view piece = co_await request.content().read_any();
        if (piece.empty()) break;
        total += piece.size();
        largest = std::max(largest, piece.size());
    }
    co_return Response().text(std::to_string(total) + (largest <= 65536 ? " small" : " large"));
}

Task<Response> join_form(Request& request) {
    const FormData form = co_await request.post();
    co_return Response().text(std::string(form.get("a", "none")));
}

class DecodedBodyTest : public testing::Test {
protected:
    static Application make_app(TestState& state) {
        Application app = make_test_app(state);
        app.add_routes({post("/measure", measure), post("/form", join_form)});
        return app;
    }
    static ServerOptions options() {
        ServerOptions options;
        options.body_limit_bytes = 1000;
        return options;
    }

    TestState state;
    test::ServerRun run{make_app(state), options()};
};

TEST_F(DecodedBodyTest, IsTheSameInEveryCodingWhereverItIsCut) {
    for (const ContentCoding coding : kCodings) {
        const std::string request =
            compressed_request(coding, "/echo", "what was sent, what was sent") + get_request("/");
        EXPECT_EQ(
            tests::expect_same_in_any_fragmentation(
                request, [this](const Pieces& pieces) { return summary(run.answers_to(pieces)); }),
            "200 what was sent, what was sent|200 hello");
    }
}

TEST_F(DecodedBodyTest, FormsAreDecodedToo) {
    for (const ContentCoding coding : kCodings) {
        EXPECT_EQ(
            summary(run.answers_to(compressed_request(
                coding, "/form", "a=b", "Content-Type: application/x-www-form-urlencoded\r\n"))),
            "200 b");
        EXPECT_EQ(summary(run.answers_to(compressed_request(
                      coding, "/form", text_part("a", "part") + "--XX--\r\n", kMultipartType))),
                  "200 part");
    }
}

// CVE-2025-69223: the limit counts what comes of a body.
TEST_F(DecodedBodyTest, BombsAre413) {
    const std::string zeros(10'000'000, '0');
    for (const ContentCoding coding : kCodings) {
        EXPECT_EQ(summary(run.answers_to(compressed_request(coding, "/echo", zeros))),
                  "413 Maximum request body size of 1000 bytes exceeded.");
        EXPECT_THAT(summary(run.answers_to(compressed_request(
                        coding, "/form", text_part("a", zeros) + "--XX--\r\n", kMultipartType))),
                    StartsWith("413 "));
        EXPECT_EQ(
            summary(run.answers_to(compressed_request(coding, "/echo", std::string(1000, '0')))),
            "200 " + std::string(1000, '0'));
    }
}

TEST_F(DecodedBodyTest, StreamsHandOutPieces) {
    const std::string zeros(10'000'000, '0');
    for (const ContentCoding coding : kCodings) {
        EXPECT_EQ(summary(run.answers_to(compressed_request(coding, "/measure", zeros))),
                  "200 10000000 small");
    }
}

// CVE-2026-54278: nobody unpacks what nobody reads; the connection goes on behind the body as it came.
TEST_F(DecodedBodyTest, UnreadBodiesAreSkippedAsTheyAre) {
    const std::string no_gzip = post_request("/ignore", "no gzip", coding_field("gzip"));
    EXPECT_EQ(summary(run.answers_to(no_gzip + get_request("/"))), "200 ignored|200 hello");
    EXPECT_EQ(summary(run.answers_to(post_request("/ignore", "x", coding_field("rot13")))),
              "200 ignored");
}

TEST_F(DecodedBodyTest, MalformedDataIs400) {
    for (const ContentCoding coding : kCodings) {
        const std::string field = coding_field(http::to_string(coding));
        const std::string good = compress(coding, "what was sent");
        const std::string cut = good.substr(0, good.size() - 1);
        for (const std::string& bad : {std::string("no such data"), good + "garbage", cut}) {
            EXPECT_THAT(summary(run.answers_to(post_request("/echo", bad, field))),
                        StartsWith("400 the body is not valid "))
                << field;
        }
    }
    EXPECT_EQ(run.log(), "");
}

TEST_F(DecodedBodyTest, UnknownCodingsAre415) {
    for (const std::string_view coding : {"rot13", "gzip, br", "", "gzip;q=1"}) {
        const auto responses = parse_responses(
            run.answers_to(post_request("/echo", "x", coding_field(coding)) + get_request("/")));
        ASSERT_EQ(responses.size(), 2u) << coding;
        EXPECT_EQ(responses[0].status, 415) << coding;
        EXPECT_TRUE(responses[0].has_field("Accept-Encoding: gzip, deflate, br, zstd"));
    }
    const std::string twice = coding_field("gzip") + coding_field("gzip");
    EXPECT_THAT(summary(run.answers_to(post_request("/echo", "x", twice))), StartsWith("415 "));
}

TEST_F(DecodedBodyTest, IdentityAndNoBodyAreLeftAlone) {
    EXPECT_EQ(summary(run.answers_to(post_request("/echo", "x", coding_field("identity")))),
              "200 x");
    EXPECT_EQ(summary(run.answers_to(post_request("/echo", "", coding_field("gzip")))), "200 ");
    EXPECT_EQ(summary(run.answers_to(chunked_request("/echo", "0\r\n\r\n", coding_field("gzip")))),
              "200 ");
}

TEST_F(DecodedBodyTest, OptionLeavesBodiesAsTheyCame) {
    ServerOptions raw;
    raw.auto_decompress = false;
    test::ServerRun other(make_app(state), raw);
    EXPECT_EQ(summary(other.answers_to(post_request("/echo", "no gzip", coding_field("gzip")))),
              "200 no gzip");
}

}  // namespace
}  // namespace indrik::web
