#include "indrik/web/route_def.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/web/static_files.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/web/asking.hpp"

namespace indrik::web {
namespace {

Task<Response> mark(std::string text, Request& request, Next next) {
    Response response = co_await next(request);
    std::string body = text + "(" + response.body() + ")";
    response.text(std::move(body));
    co_return std::move(response);
}

Middleware marks(std::string text) {
    return [text](Request& request, Next next) { return mark(text, request, next); };
}

TEST(RouteDefinition, MiddlewaresWrapTheHandlerInTheirOrder) {
    Application app;
    app.add_middleware(marks("app"));
    app.add_routes({get("/", says("x")).middleware(marks("a")).middleware(marks("b")),
                    get("/bare", says("y"))});
    EXPECT_EQ(ask(std::move(app), "GET", "/"), "200 app(a(b(x)))");
    EXPECT_THROW(get("/", says("")).middleware({}), std::invalid_argument);
}

TEST(RouteDefinition, KnowsWhereItWasWritten) {
    const RouteDefinition route = get("/", says(""));
    EXPECT_EQ(route.place().line(), static_cast<unsigned>(__LINE__ - 1));
    EXPECT_THAT(route.place().file_name(), testing::HasSubstr("route_def_test.cpp"));
    EXPECT_EQ(post("/", says("")).place().line(), static_cast<unsigned>(__LINE__));
}

TEST(Group, PutsPrefixesBeforePathsAndNames) {
    Application app;
    app.add_routes({
        group("/api/",
              "api.",
              {get("", says("root")),
               get("/users/{id:int}", says("user")).name("user"),
               group("/v{version:int}", "v.", {get("/x", says("x")).name("x")})}),
        group("/bare", {get("/y", says("y")).name("y")}),
        group("", "only.", {get("/z", says("z")).name("z")}),
    });
    EXPECT_EQ(app.url_for("api.user", "id", 3), "/api/users/3");
    EXPECT_EQ(app.url_for("api.v.x", "version", 2), "/api/v2/x");
    EXPECT_EQ(app.url_for("y"), "/bare/y");
    EXPECT_EQ(app.url_for("only.z"), "/z");
    EXPECT_EQ(ask(std::move(app), "GET", "/api"), "200 root");
}

TEST(Group, ConditionsAndMiddlewaresCountForAllItsRoutes) {
    const auto make = [] {
        Application app;
        app.add_routes({group("/a",
                              {group("/b", {get("/x", says("x")).middleware(marks("route"))})
                                   .middleware(marks("inner1"))
                                   .middleware(marks("inner2")),
                               get("/y", says("y"))})
                            .middleware(marks("outer"))
                            .header("X", "1")});
        return app;
    };
    constexpr std::string_view kFields = "Host: x\r\nX: 1\r\n";
    EXPECT_EQ(ask(make(), "GET", "/a/b/x", kFields), "200 outer(inner1(inner2(route(x))))");
    EXPECT_EQ(ask(make(), "GET", "/a/y", kFields), "200 outer(y)");
    EXPECT_EQ(ask(make(), "GET", "/a/y"), "404 404: Not Found");
}

TEST(Group, RefusesAPrefixWithoutSlash) {
    EXPECT_THROW(group("api", {get("/", says(""))}), std::invalid_argument);
}

TEST(Group, HoldsStaticFilesWithTheirAddresses) {
    test::TemporaryFolder folder;
    folder.write("a b.txt", "text");
    Application app;
    app.add_routes({group("/assets", "assets.", {static_files("/s", folder.path()).name("s")}),
                    get("/url", [](Request& request) {
                        return Response().text(static_url(request, "assets.s", "a b.txt"));
                    })});
    Application again = std::move(app);
    EXPECT_THAT(ask(std::move(again), "GET", "/url"),
                testing::MatchesRegex("200 /assets/s/a%20b.txt[?]v=.+"));
}

}  // namespace
}  // namespace indrik::web
