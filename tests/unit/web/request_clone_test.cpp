// Requests that a middleware changes before it hands them on.

#include <memory>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>

#include "indrik/http/cookies.hpp"
#include "indrik/web/form_data.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/stream_response.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/asking.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using test::summary;
using testing::HasSubstr;

inline const RequestKey<std::string> kNote{"note"};

/// Hands on a clone with the changes.
Middleware changing(RequestChanges changes) {
    return [changes](Request& request, Next next) -> Task<Response> {
        const std::unique_ptr<Request> other = request.clone(changes);
        Response response = co_await next(*other);
        co_return std::move(response);
    };
}

std::string describe(Request& request) {
    return std::string(request.method_name()) + " " + request.url() + " " +
           std::string(request.path()) + " " + std::string(request.query().get("q").value_or("-")) +
           " " + std::string(request.remote()) + " " + std::string(request.header("X-A")) +
           std::string(request.cookies().get("c").value_or("-")) + " " +
           std::string(request.match_info("all"));
}

Application app_with(RequestChanges changes) {
    Application app;
    app.add_middleware(changing(std::move(changes)));
    app.add_route(route(
        "*", "/{all:.*}", [](Request& request) { return Response().text(describe(request)); }));
    return app;
}

std::string answer(Application app, std::string_view request) {
    test::ServerRun run(std::move(app));
    return summary(run.answers_to(request));
}

TEST(RequestClone, IsTheSameWithoutChanges) {
    EXPECT_EQ(
        answer(app_with(RequestChanges()), get_request("/a%20b?q=1", "X-A: x\r\nCookie: c=2\r\n")),
        "200 GET http://test/a%20b?q=1 /a b 1 127.0.0.1 x2 a b");
}

TEST(RequestClone, SaysWhatItIsToldToSay) {
    http::Headers fields;
    fields.append("X-A", "other");
    fields.append("Cookie", "c=3");
    const RequestChanges changes = RequestChanges()
                                       .method("PURGE")
                                       .rel_url("/x%20y?q=2")
                                       .headers(fields)
                                       .scheme("https")
                                       .host("example.org:444")
                                       .remote("192.0.2.7");
    // The route was found by the original.
    EXPECT_EQ(answer(app_with(changes), get_request("/a?q=1", "X-A: x\r\nCookie: c=2\r\n")),
              "200 PURGE https://example.org:444/x%20y?q=2 /x y 2 192.0.2.7 other3 a");
}

TEST(RequestClone, MayBeClonedAgain) {
    Application app = app_with(RequestChanges().scheme("https").host("a.example"));
    app.add_middleware(changing(RequestChanges().method("PUT").remote("192.0.2.8")));
    EXPECT_EQ(answer(std::move(app), get_request("/a")),
              "200 PUT https://a.example/a /a - 192.0.2.8 - a");
}

TEST(RequestClone, TheOriginalStaysWhatItIs) {
    Application app;
    app.add_route(get("/{all:.*}", [](Request& request) {
        const auto other = request.clone(RequestChanges().rel_url("/b?q=2").host("b.example"));
        return Response().text(describe(request) + " | " + describe(*other));
    }));
    EXPECT_EQ(answer(std::move(app), get_request("/a?q=1")),
              "200 GET http://test/a?q=1 /a 1 127.0.0.1 - a | "
              "GET http://b.example/b?q=2 /b 2 127.0.0.1 - a");
}

TEST(RequestClone, SharesTheBodyWhoeverReadsItFirst) {
    Application app;
    app.add_route(post("/{order}", [](Request& request) -> Task<Response> {
        const auto other = request.clone(RequestChanges().method("PUT"));
        Request& first = request.match_info("order") == "clone" ? *other : request;
        Request& second = &first == &request ? *other : request;
        std::string text = co_await first.content().read_exactly(2);
        const std::string_view rest = co_await second.read();
        text += '|';
        text += rest;
        const std::string_view again = co_await first.text();
        text += '|';
        text += again;
        co_return Response().text(text + (other->is_body_read() ? "" : " not read"));
    }));
    EXPECT_EQ(answer(std::move(app),
                     post_request("/clone", "body") +
                         chunked_request("/original", "4\r\nbody\r\n0\r\n\r\n")),
              "200 bo|dy|dy|200 bo|dy|dy");
}

TEST(RequestClone, FormsAreReadByItsOwnContentType) {
    http::Headers fields;
    fields.append("Content-Type", "application/x-www-form-urlencoded");
    Application app;
    app.add_middleware(changing(RequestChanges().headers(fields)));
    app.add_route(post("/", [](Request& request) -> Task<Response> {
        const FormData form = co_await request.post();
        co_return Response().text(std::string(form.get("a").value_or("none")));
    }));
    EXPECT_EQ(answer(std::move(app), post_request("/", "a=1", "Content-Type: text/plain\r\n")),
              "200 1");
}

TEST(RequestClone, HasALimitOfItsOwn) {
    Application app;
    app.add_middleware(changing(RequestChanges().body_limit(3)));
    app.add_route(post("/", echo));
    EXPECT_EQ(
        answer(std::move(app),
               post_request("/", "abc") + post_request("/", "abcd") + post_request("/", "xyz")),
        "200 abc|413 Maximum request body size of 3 bytes exceeded.|200 xyz");
}

TEST(RequestClone, SharesStorageAndCallbacks) {
    Application app;
    app.add_middleware([](Request& request, Next next) -> Task<Response> {
        request.storage().emplace(kNote, "outside");
        const auto other = request.clone(RequestChanges().method("PUT"));
        Response response = co_await next(*other);
        response.header("X-Note", request.storage().get(kNote));
        co_return std::move(response);
    });
    app.add_route(get("/", [](Request& request) {
        std::string& note = request.storage().get(kNote);
        request.on_response_prepare(
            [](Request&, Response& response) { response.header("X-Prepared", "yes"); });
        note += " and inside";
        return Response().text("ok");
    }));
    test::ServerRun run(std::move(app));
    const auto responses = test::parse_responses(run.answers_to(get_request("/")));
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_TRUE(responses[0].has_field("X-Note: outside and inside"));
    EXPECT_TRUE(responses[0].has_field("X-Prepared: yes"));
}

TEST(RequestClone, StreamsItsAnswer) {
    Application app;
    app.add_middleware(changing(RequestChanges().scheme("https")));
    app.add_route(get("/", [](Request& request) -> Task<Response> {
        StreamResponse response;
        response.content_length(5);
        co_await response.prepare(request);
        co_await response.write(std::string(request.scheme()));
        co_return std::move(response);
    }));
    EXPECT_EQ(answer(std::move(app), get_request("/") + get_request("/")), "200 https|200 https");
}

TEST(RequestClone, RefusesWhatNoRequestMaySay) {
    Application app;
    app.add_route(get("/", [](Request& request) {
        const auto refusal = [&](const RequestChanges& changes) {
            return error_of([&] { static_cast<void>(request.clone(changes)); }) + "\n";
        };
        return Response().text(
            refusal(RequestChanges().method("")) + refusal(RequestChanges().method("get it")) +
            refusal(RequestChanges().rel_url("")) + refusal(RequestChanges().rel_url("http://x/")) +
            refusal(RequestChanges().rel_url("/a b")) + refusal(RequestChanges().rel_url("/\r\n")) +
            refusal(RequestChanges().scheme("ftp")) + refusal(RequestChanges().host("a@b")));
    }));
    EXPECT_EQ(answer(std::move(app), get_request("/")),
              "200 Request::clone: '' is no method\n"
              "Request::clone: 'get it' is no method\n"
              "Request::clone: '' is no path with a query\n"
              "Request::clone: 'http://x/' is no path with a query\n"
              "Request::clone: '/a b' is no path with a query\n"
              "Request::clone: '/\r\n' is no path with a query\n"
              "Request::clone: 'ftp' is no scheme\n"
              "Request::clone: 'a@b' is no host\n");
}

}  // namespace
}  // namespace indrik::web
