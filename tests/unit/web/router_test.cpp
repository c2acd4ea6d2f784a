#include "indrik/web/router.hpp"

#include <chrono>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/web/asking.hpp"

namespace indrik::web {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string error_of_routes(std::initializer_list<RouteDefinition> routes) {
    return error_of([&] {
        Router router;
        for (const RouteDefinition& route : routes) router.add(route);
    });
}

/// How messages name the line before the next one.
std::string place(int line) {
    return __FILE__ + (":" + std::to_string(line));
}

TEST(Router, FindsByMethodAndPath) {
    const std::vector<RouteDefinition> routes = {get("/a", says("get a")),
                                                 post("/a", says("post a")),
                                                 put("/b", says("put b")),
                                                 patch("/b", says("patch b")),
                                                 del("/b", says("delete b")),
                                                 options("/b", says("options b")),
                                                 route("PURGE", "/b", says("purge b"))};
    EXPECT_EQ(ask(routes, "GET", "/a"), "200 get a");
    EXPECT_EQ(ask(routes, "POST", "/a"), "200 post a");
    EXPECT_EQ(ask(routes, "PUT", "/b?query"), "200 put b");
    EXPECT_EQ(ask(routes, "PATCH", "/b"), "200 patch b");
    EXPECT_EQ(ask(routes, "DELETE", "/b"), "200 delete b");
    EXPECT_EQ(ask(routes, "OPTIONS", "/b"), "200 options b");
    EXPECT_EQ(ask(routes, "PURGE", "/b"), "200 purge b");
    EXPECT_EQ(ask(routes, "GET", "/c"), "404 404: Not Found");
    EXPECT_EQ(ask(routes, "GET", "/a/"), "404 404: Not Found");
    EXPECT_EQ(ask(Application(), "GET", "/"), "404 404: Not Found");
}

TEST(Router, TheAsteriskIsTheServerAsAWhole) {
    const std::vector<RouteDefinition> routes = {get("/a", says("a"))};
    EXPECT_EQ(ask(routes, "OPTIONS", "*"), "204 ");
    EXPECT_EQ(ask(routes, "OPTIONS", "/%2A"), "404 404: Not Found");
    EXPECT_EQ(ask(routes, "OPTIONS", "/*"), "404 404: Not Found");
}

TEST(Router, NoRouteTakesConnect) {
    const std::vector<RouteDefinition> everything = {route("*", "/{path:.*}", says("everything"))};
    EXPECT_EQ(ask(everything, "CONNECT", "x:80"), "501 501: Not Implemented");
}

TEST(Router, RefusesOtherMethodsWithThoseAllowed) {
    const std::vector<RouteDefinition> routes = {post("/a", says("")),
                                                 get("/a", says("")),
                                                 route("PURGE", "/a", says("")),
                                                 put("/{x}", says(""))};
    EXPECT_EQ(ask(routes, "DELETE", "/a"),
              "405 405: Method Not Allowed (DELETE) Allow: GET,HEAD,POST,PURGE,PUT");
    EXPECT_EQ(ask(routes, "LINK", "/b"), "405 405: Method Not Allowed (LINK) Allow: PUT");
}

TEST(Router, GetAnswersHeadUnlessTold) {
    EXPECT_EQ(ask({get("/", says("x"))}, "HEAD", "/"), "200 ");
    EXPECT_EQ(ask({get("/", says("x")).allow_head(false)}, "HEAD", "/"), "405  Allow: GET");
    EXPECT_EQ(
        ask({head("/", [](Request&) { return Response(204); }), get("/", says("x"))}, "HEAD", "/"),
        "204 ");
    EXPECT_EQ(ask({post("/", says("x"))}, "HEAD", "/"), "405  Allow: POST");
}

TEST(Router, AnyMethodTakesWhatHasNoRouteOfItsOwn) {
    const std::vector<RouteDefinition> routes = {route("*", "/a", says("any")),
                                                 get("/a", says("get"))};
    EXPECT_EQ(ask(routes, "GET", "/a"), "200 get");
    EXPECT_EQ(ask(routes, "DELETE", "/a"), "200 any");
    EXPECT_EQ(ask(routes, "PURGE", "/a"), "200 any");
}

TEST(Router, LongestLiteralBeginningWinsThenTheOrderOfRegistration) {
    const std::vector<RouteDefinition> routes = {get("/{a}/{b}", says("general")),
                                                 get("/x/{c}", says("first x")),
                                                 get(R"(/x/{d:\d+})", says("second x")),
                                                 get("/x/y", says("static")),
                                                 get("/{all:.*}", says("all"))};
    EXPECT_EQ(ask(routes, "GET", "/x/y"), "200 static");
    EXPECT_EQ(ask(routes, "GET", "/x/1"), "200 first x c=1");
    EXPECT_EQ(ask(routes, "GET", "/z/1"), "200 general a=z b=1");
    EXPECT_EQ(ask(routes, "GET", "/x/1/2"), "200 all all=x/1/2");
    EXPECT_EQ(ask(routes, "GET", "/"), "200 all all=");
}

TEST(Router, GoesOnToAnotherResourceWhenTheMethodIsNotThere) {
    const std::vector<RouteDefinition> routes = {get("/{a}", says("get")),
                                                 get("/{b}/x", says("between")),
                                                 post("/{a}", says("post")),
                                                 get("/static", says("static"))};
    EXPECT_EQ(ask(routes, "POST", "/1"), "200 post a=1");
    EXPECT_EQ(ask(routes, "POST", "/static"), "200 post a=static");
    EXPECT_EQ(ask(routes, "PUT", "/1"), "405 405: Method Not Allowed (PUT) Allow: GET,HEAD,POST");
}

TEST(Router, EncodedLettersMatchAndEncodedSlashesDoNotSeparate) {
    const std::vector<RouteDefinition> routes = {
        get("/caf\xc3\xa9", says("static")), get("/{x}", says("one")), get("/a/{y}", says("a"))};
    EXPECT_EQ(ask(routes, "GET", "/caf%C3%A9"), "200 static");
    EXPECT_EQ(ask(routes, "GET", "/%63af%c3%a9"), "200 static");
    EXPECT_EQ(ask(routes, "GET", "/a%2Fb"), "200 one x=a/b");
    EXPECT_EQ(ask(routes, "GET", "/a/b%2fc"), "200 a y=b/c");
    EXPECT_EQ(ask(routes, "GET", "/a%252Fb"), "200 one x=a%2Fb");
    EXPECT_EQ(ask(routes, "GET", "/100%"), "200 one x=100%");
    EXPECT_EQ(ask(routes, "GET", "/%zz%4"), "200 one x=%zz%4");
    EXPECT_EQ(ask(routes, "GET", "/%41%00b"), std::string("200 one x=A\0b", 13));
}

TEST(Router, PathsRegisteredInEncodedFormMatchToo) {
    EXPECT_EQ(ask({get("/caf%C3%A9", says("static"))}, "GET", "/caf%C3%A9"), "200 static");
    EXPECT_EQ(ask({get("/a%20b/{x}", says("pattern"))}, "GET", "/a%20b/1"), "200 pattern x=1");
    EXPECT_EQ(ask({get("/a%2fb", says("slash"))}, "GET", "/a%2Fb"), "200 slash");
}

TEST(Router, SamePathTwiceIsOneResource) {
    Router router;
    router.add(get("/a", says("")));
    router.add(get("/b", says("")));
    router.add(post("/a", says("")));
    router.add(get("/{x}", says("")));
    router.add(post("/{x}", says("")));
    EXPECT_EQ(router.resources().size(), 3u);
    EXPECT_EQ(router.resources()[0]->allowed_methods(), "GET,HEAD,POST");
}

TEST(Router, ARouteRegisteredTwiceIsAnErrorThatNamesBothPlaces) {
    const int line = __LINE__;
    const RouteDefinition first = get("/a", says(""));
    const RouteDefinition second = get("/a", says(""));
    EXPECT_EQ(
        error_of_routes({first, second}),
        "route GET /a is registered twice: at " + place(line + 1) + " and at " + place(line + 2));
    EXPECT_THAT(error_of_routes({get("/a", says("")), head("/a", says(""))}),
                HasSubstr("route HEAD /a is registered twice"));
    EXPECT_THAT(
        error_of_routes({get("/{x}", says("")), get("/{y}/z", says("")), get("/{x}", says(""))}),
        HasSubstr("route GET /{x} is registered twice"));
    EXPECT_THAT(error_of_routes({get("/caf%C3%A9", says("")), get("/caf\xc3\xa9", says(""))}),
                HasSubstr("is registered twice"));
}

TEST(Router, ARouteBehindAnEqualPatternIsAnErrorThatNamesBothPlaces) {
    const int line = __LINE__;
    const RouteDefinition first = get("/p/{id:int}", says(""));
    const RouteDefinition second = get("/p/{number:int}", says(""));
    EXPECT_EQ(error_of_routes({first, second}),
              "route GET /p/{number:int} (" + place(line + 2) +
                  ") is never reached: route GET /p/{id:int} (" + place(line + 1) +
                  ") takes all its requests");
    EXPECT_THAT(error_of_routes({route("*", "/{a}", says("")), get("/{b}", says(""))}),
                HasSubstr("route GET /{b}"));
    EXPECT_EQ(error_of_routes({route("*", "/{a}", says("")), get("/{a}", says(""))}), "no error");
    EXPECT_EQ(error_of_routes({get("/{a}", says("")), post("/{b}", says(""))}), "no error");
    EXPECT_EQ(error_of_routes({get("/{a:int}", says("")), get("/{b}", says(""))}), "no error");
}

TEST(Router, ANameOfTwoPathsIsAnErrorThatNamesBothPlaces) {
    const int line = __LINE__;
    const RouteDefinition first = get("/a", says("")).name("n");
    const RouteDefinition second = get("/b", says("")).name("n");
    EXPECT_EQ(error_of_routes({first, second}),
              "the route name 'n' is given to both /a (" + place(line + 1) + ") and /b (" +
                  place(line + 2) + ")");
    EXPECT_EQ(error_of_routes({get("/a", says("")).name("n"), post("/a", says("")).name("n")}),
              "no error");
}

TEST(Router, BadPatternsMethodsAndNamesAreErrorsThatNameThePlace) {
    EXPECT_THAT(error_of_routes({get("/{", says(""))}),
                AllOf(HasSubstr("route pattern '/{'"), HasSubstr("router_test.cpp:")));
    EXPECT_THAT(error_of_routes({route("get", "/a", says(""))}),
                AllOf(HasSubstr("'get' is no method"), HasSubstr("router_test.cpp:")));
    EXPECT_THAT(error_of_routes({route("", "/a", says(""))}), HasSubstr("/a"));
    for (const char* const name : {"a b", ".a", "a.", "a..b", "a/b", "-", "caf\xc3\xa9"}) {
        EXPECT_THAT(error_of_routes({get("/a", says("")).name(name)}),
                    AllOf(HasSubstr("is no name for a route"), HasSubstr("router_test.cpp:")))
            << name;
    }
    for (const char* const name : {"a", "a.b-c:d_1", "1"}) {
        EXPECT_EQ(error_of_routes({get("/a", says("")).name(name)}), "no error") << name;
    }
}

TEST(Router, FormatsPathsByName) {
    Router router;
    router.add(get("/p/{id}", says("")).name("project"));
    const RoutePattern::Part part{"id", "7"};
    EXPECT_EQ(router.url_for("project", {&part, 1}), "/p/7");
    EXPECT_THROW(router.url_for("projects", {}), std::invalid_argument);
}

TEST(Router, FormatErrorsNameTheRouteAndThePart) {
    Router router;
    router.add(get("/p/{id:int}", says("")).name("project"));
    EXPECT_EQ(error_of([&] { router.url_for("project", {}); }),
              "route 'project': route pattern '/p/{id:int}': no value was given for 'id'");
    EXPECT_EQ(error_of([&] { router.url_for("other", {}); }), "no route is named 'other'");
}

TEST(Router, CannotBeChangedOnceItRuns) {
    Router router;
    router.freeze();
    EXPECT_THROW(router.add(get("/", says(""))), std::logic_error);
    const RouteDefinition late = get("/a", says(""));
    EXPECT_THAT(error_of([&] { router.add(late); }),
                AllOf(HasSubstr("route GET /a (" + format_place(late.place()) + ")"),
                      HasSubstr("cannot be added once the application runs")));
}

TEST(Router, BadValuesOfTypedVariablesAreNotFound) {
    const std::vector<RouteDefinition> routes = {get("/p/{id:int}", says("int")),
                                                 get("/u/{id:uuid}", says("uuid")),
                                                 get("/f/{rest:path}", says("path"))};
    EXPECT_EQ(ask(routes, "GET", "/p/12"), "200 int id=12");
    EXPECT_EQ(ask(routes, "GET", "/p/9223372036854775808"), "404 404: Not Found");
    EXPECT_EQ(ask(routes, "GET", "/p/twelve"), "404 404: Not Found");
    EXPECT_EQ(ask(routes, "POST", "/p/twelve"), "404 404: Not Found");
    EXPECT_EQ(ask(routes, "GET", "/u/12"), "404 404: Not Found");
    EXPECT_EQ(ask(routes, "GET", "/f/a/b"), "200 path rest=a/b");
    EXPECT_EQ(ask(routes, "GET", "/f/"), "404 404: Not Found");
}

TEST(Router, MatchInfoKnowsTheRoute) {
    Application app;
    app.add_route(get("/p/{id}", [](Request& request) {
        const Route* const route = request.match_info().route();
        return Response().text(route->method() + " " + route->resource().pattern().text());
    }));
    EXPECT_EQ(ask(std::move(app), "GET", "/p/1"), "200 GET /p/{id}");
}

TEST(Router, StaysWhatItIsWhenMoved) {
    Router router;
    router.add(get("/a", says("a")));
    router.add(put("/{x}", says("x")));
    Router moved = std::move(router);
    MatchInfo info;
    EXPECT_EQ(&moved.resolve(http::Method::Get, "GET", "/a", info),
              moved.resources()[0]->find(http::Method::Get, "GET"));
    EXPECT_EQ(&moved.resolve(http::Method::Put, "PUT", "/b", info),
              moved.resources()[1]->find(http::Method::Put, "PUT"));
    EXPECT_EQ(info.find("x"), "b");
}

TEST(Router, LongPathsCostLinearTime) {
    // Each '/' once meant a hash of all that stands before it: 8 ms for a request of 8 KB.
    Router router;
    router.add(get("/a/{x}", says("")));
    std::string path;
    while (path.size() < 8000) path += "/a";
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 1000; ++i) {
        MatchInfo info;
        router.resolve(http::Method::Get, "GET", path, info);
        EXPECT_TRUE(info.empty());
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

}  // namespace
}  // namespace indrik::web
