// Middlewares that change what is answered: error_pages, conditional_get, request_timeout, body_limit.

#include <stdexcept>

#include "indrik/core/sleep.hpp"
#include "indrik/web/compression.hpp"
#include "indrik/web/middlewares/cache_control.hpp"
#include "indrik/web/middlewares/conditional_get.hpp"
#include "indrik/web/middlewares/error_pages.hpp"
#include "indrik/web/middlewares/limits.hpp"
#include "indrik/web/middlewares/request_ids.hpp"
#include "indrik/web/middlewares/wrap.hpp"
#include "indrik/web/problem.hpp"
#include "tests/unit/web/middlewares/middleware_test.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kBrowser =
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";

TEST(ErrorPages, BrowsersGetHtml) {
    const auto response = answer_of(app_with(error_pages()), get_request("/gone", kBrowser));
    EXPECT_EQ(response.status, 410);
    EXPECT_TRUE(response.has_field("Content-Type: text/html; charset=utf-8"));
    EXPECT_TRUE(response.has_field("Vary: Accept"));
    EXPECT_THAT(response.body, StartsWith("<!doctype html>"));
    EXPECT_THAT(response.body, HasSubstr("it left"));
}

TEST(ErrorPages, ProgramsGetProblemDocuments) {
    for (const char* accept : {"Accept: */*\r\n", "", "Accept: application/problem+json\r\n"}) {
        const auto response = answer_of(app_with(error_pages()), get_request("/gone", accept));
        EXPECT_TRUE(response.has_field("Content-Type: application/problem+json")) << accept;
        EXPECT_EQ(response.body, R"({"title":"Gone","status":410,"detail":"it left"})");
    }
    const auto plain =
        answer_of(app_with(error_pages()), get_request("/nowhere", "Accept: application/json\r\n"));
    EXPECT_TRUE(plain.has_field("Content-Type: application/json"));
    EXPECT_EQ(plain.body, R"({"title":"Not Found","status":404})");
}

TEST(ErrorPages, TextStaysForWhoAsksForIt) {
    const auto text =
        answer_of(app_with(error_pages()), get_request("/nowhere", "Accept: text/plain\r\n"));
    EXPECT_EQ(text.body, "404: Not Found");
    const auto image =
        answer_of(app_with(error_pages()), get_request("/nowhere", "Accept: image/png\r\n"));
    EXPECT_EQ(image.body, "404: Not Found");
}

TEST(ErrorPages, FieldsStay) {
    const auto response = answer_of(app_with(error_pages()), request_of("DELETE", "/", kBrowser));
    EXPECT_EQ(response.status, 405);
    EXPECT_TRUE(response.has_field("Allow: GET,HEAD"));
    EXPECT_THAT(response.body, HasSubstr("Method Not Allowed"));
}

TEST(ErrorPages, UnhandledExceptionsStaySecret) {
    for (const char* accept : {kBrowser, "", "Accept: text/plain\r\n"}) {
        test::ServerRun run(app_with(error_pages()));
        const auto response = answer_of(run, get_request("/crash", accept));
        EXPECT_EQ(response.status, 500);
        EXPECT_THAT(response.body, Not(HasSubstr("42")));
        EXPECT_THAT(run.log(), HasSubstr("the secret is 42"));
        EXPECT_THAT(response.body, Not(HasSubstr("&lt;")));
    }
    EXPECT_EQ(answer_of(app_with(error_pages()), get_request("/crash")).body,
              R"({"title":"Internal Server Error","status":500})");
}

TEST(ErrorPages, WhatTheHandlerWroteStays) {
    Application app = app_with(error_pages());
    app.add_routes({
        get("/own", [](Request&) { return Response(404).text("not here"); }),
        get("/problem", [](Request&) -> Response { throw HTTPProblem(Problem(422).detail("x")); }),
        get("/empty", [](Request&) { return Response(503); }),
    });
    test::ServerRun run(std::move(app));
    EXPECT_EQ(answer_of(run, get_request("/own", kBrowser)).body, "not here");
    EXPECT_THAT(answer_of(run, get_request("/problem", kBrowser)).body, HasSubstr("422"));
    EXPECT_THAT(answer_of(run, get_request("/empty", kBrowser)).body,
                HasSubstr("Service Unavailable"));
    EXPECT_THAT(answer_of(run, get_request("/stream")).body, HasSubstr("three"));
}

TEST(ErrorPages, ApplicationsBringTheirOwn) {
    const auto options =
        ErrorPages()
            .page(404,
                  [](Request& request, const ErrorPage& page) {
                      return "no " + std::string(request.path()) + " " + std::string(page.title);
                  })
            .any_page([](Request&, const ErrorPage& page) {
                return "any " + std::string(page.detail) + " " + std::string(page.request_id);
            });
    test::ServerRun run(app_with(request_ids(), error_pages(options)));
    EXPECT_EQ(answer_of(run, get_request("/nowhere", kBrowser)).body, "no /nowhere Not Found");
    const std::string fields = std::string("X-Request-ID: id7\r\n") + kBrowser;
    EXPECT_EQ(answer_of(run, get_request("/gone", fields)).body, "any it left id7");
}

TEST(ErrorPages, TextOfExceptionsIsEscaped) {
    Application app = app_with(error_pages());
    app.add_route(get("/x", [](Request&) -> Response { throw HTTPBadRequest("<script>'&\""); }));
    const auto response = answer_of(std::move(app), get_request("/x", kBrowser));
    EXPECT_THAT(response.body, HasSubstr("&lt;script&gt;&#39;&amp;&quot;"));
}

TEST(ErrorPages, HeadHasTheLengthOfThePage) {
    test::ServerRun run(app_with(error_pages()));
    const auto get_answer = answer_of(run, get_request("/nowhere", kBrowser));
    const auto head_answer = answer_of(run, request_of("HEAD", "/nowhere", kBrowser));
    EXPECT_EQ(head_answer.body, "");
    EXPECT_TRUE(head_answer.has_field("Content-Length: " + std::to_string(get_answer.body.size())));
}

std::string tag_in(const test::WireResponse& response) {
    const std::size_t at = response.head.find("ETag: ");
    if (at == std::string::npos) return "";
    return response.head.substr(at + 6, response.head.find('\r', at) - at - 6);
}

TEST(ConditionalGet, WhatTheClientHasIsNotSentAgain) {
    test::ServerRun run(app_with(cache_control(CacheControl().no_cache()), conditional_get()));
    const std::string tag = tag_in(answer_of(run, get_request("/")));
    ASSERT_EQ(tag.size(), 34u);
    for (const char* method : {"GET", "HEAD"}) {
        const auto same = answer_of(run, request_of(method, "/", "If-None-Match: " + tag + "\r\n"));
        EXPECT_EQ(same.status, 304);
        EXPECT_EQ(same.body, "");
        EXPECT_EQ(tag_in(same), tag);
        EXPECT_TRUE(same.has_field("Cache-Control: no-cache"));
        EXPECT_THAT(same.head, Not(HasSubstr("Content-Type")));
        EXPECT_EQ(answer_of(run, request_of(method, "/", "If-None-Match: \"x\"\r\n")).status, 200);
    }
    EXPECT_EQ(answer_of(run, get_request("/", "If-Match: \"x\"\r\n")).status, 412);
}

TEST(ConditionalGet, LeavesTheRestAlone) {
    Application app = app_with(conditional_get(10));
    app.add_routes({
        get("/large", [](Request&) { return Response().text("0123456789a"); }),
        get("/secret",
            [](Request&) { return Response().text("x").header("Cache-Control", "no-store"); }),
        get("/own", [](Request&) { return Response().text("x").header("ETag", "W/\"1\""); }),
    });
    test::ServerRun run(std::move(app));
    for (const char* path : {"/large", "/secret", "/gone", "/stream", "/nowhere"}) {
        EXPECT_EQ(tag_in(answer_of(run, get_request(path))), "") << path;
    }
    EXPECT_EQ(tag_in(answer_of(run, post_request("/echo", "hi"))), "");
    EXPECT_EQ(answer_of(run, get_request("/own", "If-None-Match: \"1\"\r\n")).status, 304);
}

TEST(ConditionalGet, WorksInsideAndOutsideOfCompression) {
    const auto check = [](Application app) {
        app.add_route(
            get("/long", [](Request&) { return Response().text(std::string(5000, 'x')); }));
        test::ServerRun run(std::move(app));
        const auto first = answer_of(run, get_request("/long", "Accept-Encoding: gzip\r\n"));
        EXPECT_TRUE(first.has_field("Content-Encoding: gzip"));
        const std::string fields =
            "Accept-Encoding: gzip\r\nIf-None-Match: " + tag_in(first) + "\r\n";
        const auto second = answer_of(run, get_request("/long", fields));
        EXPECT_EQ(second.status, 304);
        EXPECT_THAT(second.head, Not(HasSubstr("Content-Encoding")));
    };
    check(app_with(compression(), conditional_get()));
    check(app_with(conditional_get(), compression()));
}

Task<Response> sleep_long(Request&) {
    co_await sleep_for(1h);
    co_return Response();
}

Task<Response> stream_and_sleep(Request& request) {
    StreamResponse response;
    co_await response.prepare(request);
    co_await response.write("begun");
    co_await sleep_for(1h);
    co_return std::move(response);
}

TEST(RequestTimeout, CancelsWhatTakesTooLong) {
    Application app = app_with(error_pages(), request_timeout(1ms));
    app.add_route(get("/slow", sleep_long));
    test::ServerRun run(std::move(app));
    test::MemoryClient client = run.connect();
    client.send(get_request("/slow", kBrowser));
    EXPECT_TRUE(run.run_until([&] { return !client.received().empty(); }));
    EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 504 "));
    EXPECT_THAT(client.received(), HasSubstr("<h1>Gateway Timeout</h1>"));
    EXPECT_EQ(answer_of(run, get_request("/")).body, "hello");
    EXPECT_THROW(request_timeout(0ms), std::invalid_argument);
}

TEST(RequestTimeout, CutsAStreamThatTakesTooLong) {
    Application app = app_with(request_timeout(1ms));
    app.add_route(get("/slow", stream_and_sleep));
    test::ServerRun run(std::move(app));
    test::MemoryClient client = run.connect();
    client.send(get_request("/slow"));
    EXPECT_TRUE(run.run_until([&] { return client.is_closed(); }));
    EXPECT_THAT(client.received(), HasSubstr("begun"));
    EXPECT_THAT(client.received(), Not(HasSubstr("0\r\n\r\n")));
}

TEST(BodyLimit, IsPerRoute) {
    Application app;
    app.add_routes({
        post("/small", wrap(body_limit(4), echo)),
        post("/default", echo),
        post("/large", wrap(body_limit(100), echo)),
    });
    web::ServerOptions options;
    options.body_limit_bytes = 10;
    test::ServerRun run(std::move(app), options);
    EXPECT_EQ(answer_of(run, post_request("/small", "1234")).body, "1234");
    EXPECT_EQ(answer_of(run, post_request("/small", "12345")).status, 413);
    EXPECT_EQ(answer_of(run, chunked_request("/small", "5\r\n12345\r\n0\r\n\r\n")).status, 413);
    EXPECT_EQ(answer_of(run, post_request("/default", "12345678901")).status, 413);
    EXPECT_EQ(answer_of(run, post_request("/large", "12345678901")).body, "12345678901");
}

TEST(BodyLimit, EndsWithTheRequest) {
    Application app;
    app.add_routes({post("/small", wrap(body_limit(4), echo)), post("/default", echo)});
    test::ServerRun run(std::move(app));
    const auto responses = test::parse_responses(
        run.answers_to(post_request("/small", "1234") + post_request("/default", "12345")));
    ASSERT_EQ(responses.size(), 2u);
    EXPECT_EQ(responses[1].body, "12345");
}

}  // namespace
}  // namespace indrik::web
