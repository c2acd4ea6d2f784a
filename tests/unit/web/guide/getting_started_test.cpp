// The code of framework/docs/getting-started.md and testing.md.

#include <string>

#include <gtest/gtest.h>

#include "indrik/core/strings.hpp"
#include "tests/unit/web/guide/test_application.hpp"

namespace web = indrik::web;
using indrik::Task;
using indrik::test::answer;
using indrik::test::TestApplication;

namespace {

struct Greeting {
    std::string text;
    std::string language;
};
INDRIK_DESCRIBE(Greeting, text, language)

web::Response greet(web::Request& request) {
    const std::string name(request.match_info("name"));
    const std::string mark(request.query().get("mark", "!"));
    return web::Response().text("Hello, " + name + mark);
}

Greeting greet_as_json(std::string name) {
    return {"Hello, " + name, "en"};
}

Task<web::Response> shout(web::Request& request) {
    const std::string_view body = co_await request.text();
    co_return web::Response().text(indrik::to_upper(body));
}

web::Application make_greeter() {
    web::Application app;
    app.add_middleware(web::error_pages());
    app.add_routes({
        web::get("/hello/{name}", greet).name("hello"),
        web::get("/api/hello/{name}", greet_as_json),
        web::post("/shout", shout),
    });
    return app;
}

Task<web::Response> careful(web::Request& request) {
    const std::string_view body = co_await request.read();
    if (body.empty()) throw web::HTTPBadRequest("the body is empty");
    co_return web::Response().text(std::to_string(body.size()));
}

TEST(GettingStartedPage, Greets) {
    TestApplication app(make_greeter());
    EXPECT_EQ(answer(app, "GET", "/hello/Ada"), "200 Hello, Ada!");
    EXPECT_EQ(answer(app, "GET", "/api/hello/Ada"), R"(200 {"text":"Hello, Ada","language":"en"})");
    EXPECT_EQ(answer(app, "POST", "/shout", "", "hey"), "200 HEY");
    EXPECT_EQ(indrik::test::full_answer(app, "GET", "/none").field("Content-Type"),
              "application/problem+json");
}

TEST(GettingStartedPage, IsCareful) {
    web::Application careful_app;
    careful_app.add_route(web::post("/", careful));
    TestApplication app(std::move(careful_app));
    EXPECT_EQ(answer(app, "POST", "/", "", "four"), "200 4");
    EXPECT_EQ(answer(app, "POST", "/"), "400 the body is empty");
}

TEST(Greeter, Greets) {
    EXPECT_EQ(greet_as_json("Ada").text, "Hello, Ada");
}

TEST(Greeter, AnswersInMemory) {
    TestApplication greeter(make_greeter());
    const std::string answer = greeter.ask("GET /hello/Ada?mark=? HTTP/1.1\r\nHost: test\r\n\r\n");
    EXPECT_EQ(answer.substr(0, 15), "HTTP/1.1 200 OK");
    EXPECT_EQ(answer.substr(answer.find("\r\n\r\n") + 4), "Hello, Ada?");
}

TEST(Greeter, KnowsItsRoutes) {
    EXPECT_EQ(make_greeter().url_for("hello", "name", "Ada"), "/hello/Ada");
    EXPECT_EQ(web::route_table(make_greeter()).size(), 3u);
}

}  // namespace
