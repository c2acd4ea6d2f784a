#include "indrik/web/conditions.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/web/asking.hpp"

namespace indrik::web {
namespace {

using testing::HasSubstr;
using Routes = std::vector<RouteDefinition>;

constexpr std::string_view kNotFound = "404 404: Not Found";

TEST(Condition, OfAFieldComparesEachOfItsLines) {
    const Routes routes = {get("/", says("two")).when(header_is("X-Version", "2")),
                           get("/", says("some")).when(has_header("X-Version")),
                           get("/", says("none"))};
    EXPECT_EQ(ask(routes, "GET", "/", "Host: x\r\nX-Version: 2\r\n"), "200 two");
    EXPECT_EQ(ask(routes, "GET", "/", "Host: x\r\nx-version: 1\r\nX-VERSION: 2\r\n"), "200 two");
    EXPECT_EQ(ask(routes, "GET", "/", "Host: x\r\nX-Version: 20\r\n"), "200 some");
    EXPECT_EQ(ask(routes, "GET", "/"), "200 none");
    EXPECT_EQ(ask(routes, "HEAD", "/"), "200 ");
}

TEST(Condition, OfAHostAQueryAndAScheme) {
    const Routes routes = {get("/", says("api")).host("api.example.com"),
                           get("/", says("sub")).host("*.example.com"),
                           get("/", says("page")).when(query_is("page", "a b")),
                           get("/", says("secure")).scheme("https"),
                           get("/", says("plain")).scheme("HTTP")};
    EXPECT_EQ(ask(routes, "GET", "/", "Host: API.example.com:81\r\n"), "200 api");
    EXPECT_EQ(ask(routes, "GET", "/", "Host: www.example.com\r\n"), "200 sub");
    EXPECT_EQ(ask(routes, "GET", "/?x=1&page=a+b"), "200 page");
    EXPECT_EQ(ask(routes, "GET", "/?page=a"), "200 plain");
}

TEST(Condition, MayBeAnyFunction) {
    const auto is_admin = [](const Request& request) { return request.header("X-Admin") == "yes"; };
    const Routes routes = {get("/", says("admin")).when(is_admin), get("/", says("other"))};
    EXPECT_EQ(ask(routes, "GET", "/", "Host: x\r\nX-Admin: yes\r\n"), "200 admin");
    EXPECT_EQ(ask(routes, "GET", "/"), "200 other");
}

TEST(Condition, ThatFailsLeavesTheRequestToTheNextResourceToo) {
    const Routes routes = {get("/a", says("exact")).header("X", "1"),
                           get("/{name}", says("pattern")).header("X", "2"),
                           route("*", "/{rest:.*}", says("any"))};
    EXPECT_EQ(ask(routes, "GET", "/a", "Host: x\r\nX: 1\r\n"), "200 exact");
    EXPECT_EQ(ask(routes, "GET", "/a", "Host: x\r\nX: 2\r\n"), "200 pattern name=a");
    EXPECT_EQ(ask(routes, "GET", "/a"), "200 any rest=a");
}

TEST(Condition, ThatFailsWithoutAnotherRouteIsNotFound) {
    const Routes routes = {get("/", says("")).header("X", "1"),
                           route("PURGE", "/", says("purge")).header("X", "1")};
    EXPECT_EQ(ask(routes, "GET", "/"), kNotFound);
    EXPECT_EQ(ask(routes, "PURGE", "/"), kNotFound);
    EXPECT_EQ(ask(routes, "PURGE", "/", "Host: x\r\nX: 1\r\n"), "200 purge");
    EXPECT_EQ(ask(routes, "POST", "/"), kNotFound);
}

TEST(Condition, AllowNamesTheRoutesWhoseConditionsHold) {
    const Routes routes = {get("/", says("")).header("X", "1"), put("/", says(""))};
    EXPECT_EQ(ask(routes, "POST", "/"), "405 405: Method Not Allowed (POST) Allow: PUT");
    EXPECT_EQ(ask(routes, "POST", "/", "Host: x\r\nX: 1\r\n"),
              "405 405: Method Not Allowed (POST) Allow: GET,HEAD,PUT");
}

TEST(Condition, OfAContentTypeRefusesOthersWith415) {
    const Routes routes = {post("/", says("json")).content_type("application/json"),
                           post("/", says("image")).content_type("image/*"),
                           get("/", says("get"))};
    const auto with_type = [](std::string_view type) {
        return "Host: x\r\nContent-Length: 0\r\nContent-Type: " + std::string(type) + "\r\n";
    };
    EXPECT_EQ(ask(routes, "POST", "/", with_type("application/JSON; charset=utf-8")), "200 json");
    EXPECT_EQ(ask(routes, "POST", "/", with_type("image/png")), "200 image");
    EXPECT_EQ(ask(routes, "POST", "/", with_type("imagery/png")),
              "415 415: Unsupported Media Type");
    EXPECT_EQ(ask(routes, "POST", "/"), "415 415: Unsupported Media Type");
    EXPECT_EQ(ask(routes, "PUT", "/", with_type("image/png")),
              "405 405: Method Not Allowed (PUT) Allow: GET,HEAD,POST");
}

TEST(Condition, The415SaysWhatWouldBeTaken) {
    Application app;
    app.add_route(post("/", says("")).content_type("text/csv"));
    app.add_route(post("/", says("")).content_type("application/json"));
    test::ServerRun run(std::move(app));
    const auto responses = test::parse_responses(
        run.answers_to("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(responses[0].status, 415);
    EXPECT_EQ(field_of(responses[0], "Accept"), "application/json, text/csv");
}

TEST(Condition, AnotherConditionThatFailsIsNotFoundAllTheSame) {
    const Routes routes = {post("/", says("")).content_type("text/csv").header("X", "1")};
    EXPECT_EQ(ask(routes, "POST", "/"), kNotFound);
    EXPECT_EQ(ask(routes, "POST", "/", "Host: x\r\nX: 1\r\n"), "415 415: Unsupported Media Type");
}

TEST(Condition, OfWhatIsAcceptedRefusesOthersWith406) {
    const Routes routes = {get("/", says("html")).accepts("text/html"),
                           get("/", says("json")).accepts("application/json")};
    EXPECT_EQ(ask(routes, "GET", "/", "Host: x\r\nAccept: application/*\r\n"), "200 json");
    EXPECT_EQ(ask(routes, "GET", "/"), "200 html");
    EXPECT_EQ(ask(routes, "GET", "/", "Host: x\r\nAccept: image/png\r\n"),
              "406 406: Not Acceptable");
}

TEST(Condition, WhatItThrowsIsTheAnswer) {
    const Routes routes = {get("/", says("")).when([](const Request&) -> bool {
        throw std::runtime_error("broken");
    })};
    EXPECT_THAT(ask(routes, "GET", "/"), testing::StartsWith("500 "));
}

TEST(Condition, BadValuesAreErrorsAtOnce) {
    EXPECT_THROW(content_type_is("json"), std::invalid_argument);
    EXPECT_THROW(content_type_is("text/html; charset=utf-8"), std::invalid_argument);
    EXPECT_THROW(content_type_is("*"), std::invalid_argument);
    EXPECT_THROW(accepts(""), std::invalid_argument);
    EXPECT_THROW(host_is("http://x"), std::invalid_argument);
}

TEST(Condition, RoutesOfTheSameConditionsAreDuplicates) {
    const auto add_all = [](Routes routes) {
        return error_of([&] {
            Router router;
            for (const RouteDefinition& route : routes) router.add(route);
        });
    };
    EXPECT_THAT(add_all({get("/", says("")).header("X", "1"), get("/", says("")).header("X", "1")}),
                HasSubstr("registered twice"));
    EXPECT_THAT(add_all({get("/", says("")), get("/", says("")).header("X", "1")}),
                HasSubstr("registered twice"));
    EXPECT_EQ(add_all({get("/", says("")).header("X", "1"), get("/", says("")).header("X", "2")}),
              "no error");
    const auto some = [](const Request&) { return true; };
    EXPECT_EQ(add_all({get("/", says("")).when(some), get("/", says("")).when(some)}), "no error");
}

}  // namespace
}  // namespace indrik::web
