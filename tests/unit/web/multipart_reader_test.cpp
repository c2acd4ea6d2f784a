// Multipart bodies read part by part, through a whole server.

#include "indrik/web/multipart_reader.hpp"

#include <functional>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>

#include "tests/support/server_run.hpp"
#include "tests/support/splits.hpp"
#include "tests/unit/web/form_text.hpp"

namespace indrik::web {
namespace {

using test::summary;
using testing::HasSubstr;
using testing::StartsWith;
using tests::Pieces;

using Look = std::function<Task<std::string>(Request&)>;

/// What `look` says about a request that comes in these pieces, and about the connection behind it.
std::string seen(const Pieces& pieces, const Look& look, ServerOptions options = {}) {
    Application app;
    app.add_route(get("/", [](Request&) { return Response().text("next"); }));
    app.add_route(post("/", [&look](Request& r) -> Task<Response> {
        std::string text = co_await look(r);
        co_return Response().text(std::move(text));
    }));
    test::ServerRun run(std::move(app), std::move(options));
    return summary(run.answers_to(pieces));
}
std::string seen(std::string_view request, const Look& look, ServerOptions options = {}) {
    return seen(Pieces{request}, look, std::move(options));
}

Task<std::string> list_parts(Request& request) {
    std::string text;
    MultipartReader reader = request.multipart();
    while (auto part = co_await reader.next()) {
        text += std::string(part.name()) + "," + std::string(part.filename().value_or("-")) + "," +
                std::string(part.content_type()) + ":";
        for (;;) {
            const std::string_view piece = co_await part.read_chunk();
            if (piece.empty()) break;
            text += piece;
        }
        text += ";";
    }
    co_return text;
}

TEST(MultipartReader, GivesTheSamePartsWhereverTheBodyIsCut) {
    const std::string request =
        form_request(text_part("a", "one\r\n--X") + file_part("f", "b c.png", "\r\n--X.\r") +
                     text_part("empty", "")) +
        get_request("/");
    const std::string whole = tests::expect_same_in_any_fragmentation(
        request, [](const Pieces& pieces) { return seen(pieces, list_parts); });
    EXPECT_EQ(whole,
              "200 a,-,text/plain:one\r\n--X;f,b c.png,image/png:\r\n--X.\r;"
              "empty,-,text/plain:;|200 next");
}

TEST(MultipartReader, SkipsWhatIsNotReadOfAPart) {
    const Look look = [](Request& request) -> Task<std::string> {
        MultipartReader reader = request.multipart();
        auto part = co_await reader.next();
        part = co_await reader.next();
        co_await part.read_chunk();
        co_await part.release();
        const std::string_view none = co_await part.read_chunk();
        part = co_await reader.next();
        const std::string text = co_await part.text(3);
        part = co_await reader.next();
        co_return text + (part ? "more" : "end") + std::string(none);
    };
    EXPECT_EQ(seen(form_request(text_part("a", std::string(200'000, 'x')) + text_part("b", "yy") +
                                text_part("c", "zzz")) +
                       get_request("/"),
                   look),
              "200 zzzend|200 next");
}

TEST(MultipartReader, PartsAreLimitedByWhoReadsThem) {
    const Look look = [](Request& request) -> Task<std::string> {
        MultipartReader reader = request.multipart();
        auto part = co_await reader.next();
        co_return co_await part.read(4);
    };
    EXPECT_EQ(seen(form_request(text_part("a", "1234")), look), "200 1234");
    EXPECT_THAT(seen(form_request(text_part("a", "12345")), look), StartsWith("413 "));
}

TEST(MultipartReader, TextsAreConvertedOrRefused) {
    const Look look = [](Request& request) -> Task<std::string> {
        MultipartReader reader = request.multipart();
        auto part = co_await reader.next();
        co_return co_await part.text(100);
    };
    const std::string disposition = "Content-Disposition: form-data; name=a\r\nContent-Type: ";
    EXPECT_EQ(seen(form_request(part(disposition + "text/plain; charset=latin1", "\xe9")), look),
              "200 \xc3\xa9");
    EXPECT_THAT(seen(form_request(part(disposition + "text/plain; charset=utf-16", "xx")), look),
                StartsWith("415 the charset 'utf-16'"));
}

TEST(MultipartReader, StaleHandlesAreRefused) {
    const Look look = [](Request& request) -> Task<std::string> {
        MultipartReader reader = request.multipart();
        const auto first = co_await reader.next();
        co_await reader.next();
        try {
            co_await first.read(10);
        } catch (const std::logic_error& error) {
            co_return error.what();
        }
        co_return "read";
    };
    EXPECT_EQ(seen(form_request(text_part("a", "1") + text_part("b", "2")), look),
              "200 the multipart reader is at another part");
}

TEST(MultipartReader, OtherBodiesAreRefused) {
    EXPECT_EQ(seen(post_request("/", "x", "Content-Type: text/plain\r\n"), list_parts),
              "415 the body is not multipart");
    EXPECT_EQ(seen(post_request("/", "x"), list_parts), "415 the body is not multipart");
    EXPECT_EQ(seen(post_request("/", "x", "Content-Type: multipart/form-data\r\n"), list_parts),
              "400 the multipart body has no proper boundary");
}

// CVE-2024-30251: such bodies once made the server turn for ever.
TEST(MultipartReader, MalformedBodiesAre400AndEnd) {
    const std::string type(kMultipartType);
    for (const std::string_view body : {"",
                                        "--XX",
                                        "--XX\r\n",
                                        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n",
                                        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
                                        "--XXX--\r\n",
                                        "--XX junk\r\n\r\nx\r\n--XX--",
                                        "--XX\r\nbad field\r\n\r\nx\r\n--XX--",
                                        "--XX\n\nx\n--XX--",
                                        "--XX\r\nContent-Disposition: \"\r\n\r\nx\r\n--XX--"}) {
        EXPECT_THAT(seen(post_request("/", body, type), list_parts), StartsWith("400 ")) << body;
    }
}

TEST(MultipartReader, NestedBodiesAreRefused) {
    EXPECT_THAT(seen(form_request(part("Content-Disposition: form-data; name=a\r\n"
                                       "Content-Type: multipart/mixed; boundary=YY",
                                       "--YY\r\n\r\nx\r\n--YY--")),
                     list_parts),
                StartsWith("400 "));
}

// CVE-2026-34516: limits for the fields of parts.
TEST(MultipartReader, HeadsOfPartsAreLimited) {
    std::string fields = "Content-Disposition: form-data; name=a";
    EXPECT_THAT(
        seen(form_request(part(fields + "\r\nX-A: " + std::string(9000, 'x'), "b")), list_parts),
        StartsWith("413 "));
    for (int i = 0; i < 40; ++i) fields += "\r\nX-" + std::to_string(i) + ": 1";
    EXPECT_THAT(seen(form_request(part(fields, "b")), list_parts), StartsWith("413 "));
}

TEST(MultipartReader, NumberOfPartsIsLimited) {
    std::string parts;
    for (int i = 0; i < 1001; ++i) parts += text_part("a", "");
    EXPECT_THAT(seen(form_request(parts), list_parts), StartsWith("413 "));
}

TEST(MultipartReader, BodyCutShortIsAnErrorInTheHandler) {
    std::string outcome;
    const Look look = [&outcome](Request& request) -> Task<std::string> {
        try {
            std::string text = co_await list_parts(request);
            outcome = "complete";
            co_return text;
        } catch (const std::system_error& error) {
            outcome = error.code().message();
            throw;
        }
    };
    // Even behind the last delimiter.
    const std::string request = form_request(text_part("a", "12"));
    for (std::size_t left = 1; left < 40; ++left) {
        outcome.clear();
        EXPECT_THAT(seen(request.substr(0, request.size() - left), look), StartsWith("400 "));
        EXPECT_EQ(outcome, "connection closed before the end of the body") << left;
    }
}

}  // namespace
}  // namespace indrik::web
