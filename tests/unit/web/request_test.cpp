#include "indrik/web/request.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>

#include "indrik/http/cookies.hpp"
#include "indrik/web/form_data.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using test::parse_responses;
using test::summary;
using testing::HasSubstr;

/// What `look` says about a request, as "200 text".
std::string seen(std::string_view request, std::function<std::string(Request&)> look) {
    Application app;
    app.add_route(
        route("*", "/{all:.*}", [&](Request& r) { return Response().text(look(r)); }).name("all"));
    test::ServerRun run(std::move(app));
    return summary(run.answers_to(request));
}
std::string seen_later(std::string_view request, std::function<Task<std::string>(Request&)> look) {
    Application app;
    app.add_route(route("*", "/{all:.*}", [&](Request& r) -> Task<Response> {
        std::string text = co_await look(r);
        co_return Response().text(std::move(text));
    }));
    test::ServerRun run(std::move(app));
    return summary(run.answers_to(request));
}

TEST(Request, KnowsItsLine) {
    const auto look = [](Request& r) {
        return std::string(r.method_name()) + " " + std::string(r.path()) + " " +
               std::string(r.raw_path()) + " " + std::string(r.target()) + " " +
               std::string(r.query_string()) + " " +
               (r.version() == http::Version::Http10 ? "1.0" : "1.1");
    };
    EXPECT_EQ(seen(get_request("/a%20b/c?x=%20"), look),
              "200 GET /a b/c /a%20b/c /a%20b/c?x=%20 x=%20 1.1");
    EXPECT_EQ(seen("PURGE /a% HTTP/1.0\r\n\r\n", look), "200 PURGE /a% /a% /a%  1.0");
}

TEST(Request, QueryIsDecoded) {
    EXPECT_EQ(seen(get_request("/?a=1+2&b=%C3%A9&a=3&c"),
                   [](Request& r) {
                       const auto all = r.query().get_all("a");
                       return std::string(all.at(0)) + "," + std::string(all.at(1)) + "," +
                              std::string(r.query().get("b").value_or("-")) + "," +
                              std::string(r.query().get("c").value_or("-")) + "," +
                              std::string(r.query().get("d").value_or("-"));
                   }),
              "200 1 2,3,\xc3\xa9,,-");
}

TEST(Request, QueryWithTooManyParametersIsTheClientsFault) {
    std::string target = "/?";
    for (int i = 0; i < 1001; ++i) target += "a&";
    Application app;
    app.add_route(
        get("/", [](Request& r) { return Response().text(std::to_string(r.query().size())); }));
    test::ServerRun run(std::move(app));
    EXPECT_EQ(parse_responses(run.answers_to(get_request(target))).at(0).status, 400);
    EXPECT_EQ(run.log(), "");
}

TEST(Request, KnowsWhereItWasSent) {
    const auto look = [](Request& r) { return std::string(r.host()) + " " + r.url(); };
    EXPECT_EQ(seen("GET /a?b HTTP/1.1\r\nHost: example.org:81\r\n\r\n", look),
              "200 example.org:81 http://example.org:81/a?b");
    EXPECT_EQ(seen("GET http://other.org/a HTTP/1.1\r\nHost: other.org\r\n\r\n", look),
              "200 other.org http://other.org/a");
    EXPECT_EQ(seen("GET /a HTTP/1.0\r\n\r\n", look), "200 127.0.0.1:80 http://127.0.0.1:80/a");
    EXPECT_EQ(seen("GET / HTTP/1.0\r\nHost: h\r\n\r\n",
                   [](Request& r) { return std::string(r.remote()); }),
              "200 127.0.0.1");
}

TEST(Request, FieldsAreFoundWithoutRegardToCase) {
    EXPECT_EQ(seen(get_request("/", "X-Thing: 1\r\nx-thing: 2\r\nAccept: a/b\r\n"),
                   [](Request& r) {
                       return std::string(r.header("X-THING")) +
                              std::string(r.header(http::Field::Accept)) +
                              std::string(r.header("missing")) +
                              std::to_string(r.headers().get_all("x-Thing").size());
                   }),
              "200 1a/b2");
}

TEST(Request, CookiesComeFromAllTheirFields) {
    EXPECT_EQ(seen(get_request("/", "Cookie: a=1; b=2\r\nCookie: c=3\r\n"),
                   [](Request& r) {
                       return std::string(r.cookies().get("a").value_or("-")) +
                              std::string(r.cookies().get("c").value_or("-")) +
                              std::string(r.cookies().get("d").value_or("-"));
                   }),
              "200 13-");
}

TEST(Request, MalformedCookiesAreMentionedOnce) {
    Application app;
    app.add_route(
        get("/", [](Request& r) { return Response().text(std::to_string(r.cookies().size())); }));
    app.add_route(get("/blind", [](Request&) { return Response().text("-"); }));
    test::ServerRun run(std::move(app));
    const std::string bad = "Cookie: a=1; b; (=c; d=2\r\n";
    EXPECT_EQ(test::summary(run.answers_to(get_request("/blind", bad))), "200 -");
    EXPECT_EQ(test::summary(run.answers_to(get_request("/", "Cookie: a=1;\r\n"))), "200 1");
    EXPECT_EQ(run.log(), "");  // nobody looked, and nothing was wrong
    EXPECT_EQ(test::summary(run.answers_to(get_request("/", bad) + get_request("/", bad))),
              "200 2|200 2");
    const std::string log = run.log();
    EXPECT_NE(log.find("malformed cookies"), std::string::npos);
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
}

TEST(Request, KnowsItsContent) {
    const auto look = [](Request& r) {
        return std::string(r.content_type()) + " " + std::string(r.charset()) + " " +
               (r.content_length() ? std::to_string(*r.content_length()) : "?") + " " +
               (r.has_body() ? "body" : "none");
    };
    EXPECT_EQ(seen(post_request("/", "xyz", "Content-Type: TEXT/Plain; Charset=UTF-8\r\n"), look),
              "200 text/plain utf-8 3 body");
    EXPECT_EQ(seen(get_request("/"), look), "200 application/octet-stream  ? none");
    EXPECT_EQ(seen(post_request("/", ""), look), "200 application/octet-stream  0 none");
    EXPECT_EQ(seen(chunked_request("/", "0\r\n\r\n", "Content-Type: nonsense\r\n"), look),
              "200 application/octet-stream  ? body");
}

TEST(Request, MatchInfoNamesWhatIsMissing) {
    EXPECT_EQ(seen(get_request("/a%2Fb"),
                   [](Request& r) {
                       try {
                           r.match_info("nothing");
                       } catch (const std::out_of_range& error) {
                           return std::string(r.match_info("all")) + ": " + error.what();
                       }
                       return std::string("no error");
                   }),
              "200 a/b: the route has no variable 'nothing'");
    EXPECT_EQ(seen(get_request("/"),
                   [](Request& r) { return "[" + std::string(r.match_info("all")) + "]"; }),
              "200 []");
}

TEST(Request, FormatsPathsOfNamedRoutes) {
    EXPECT_EQ(seen(get_request("/"),
                   [](Request& r) {
                       return r.url_for("all", "all", 12) + r.url_for("all", "all", "x y");
                   }),
              "200 /12/x%20y");
}

TEST(Request, BodyIsKept) {
    EXPECT_EQ(seen_later(post_request("/", "body"),
                         [](Request& r) -> Task<std::string> {
                             const std::string_view first = co_await r.read();
                             const std::string_view second = co_await r.read();
                             const std::string_view third = co_await r.text();
                             co_return std::string(first) + std::string(second) +
                                 std::string(third);
                         }),
              "200 bodybodybody");
}

TEST(Request, TextIsConvertedToUTF8) {
    const auto look = [](Request& r) -> Task<std::string> {
        const std::string_view first = co_await r.text();
        const std::string_view again = co_await r.text();
        co_return std::string(first) + std::string(again);  // both are alive
    };
    const std::string long_text(100, '\xe9');
    std::string converted;
    for (int i = 0; i < 200; ++i) converted += "\xc3\xa9";
    EXPECT_EQ(
        seen_later(post_request("/", long_text, "Content-Type: text/plain; charset=ISO-8859-1\r\n"),
                   look),
        "200 " + converted);
    EXPECT_EQ(
        seen_later(post_request("/", "x", "Content-Type: text/plain; charset=utf-8\r\n"), look),
        "200 xx");
    EXPECT_THAT(
        seen_later(post_request("/", "x", "Content-Type: text/plain; charset=utf-16\r\n"), look),
        HasSubstr("415 the charset 'utf-16' is not supported"));
}

TEST(Request, JSONSaysWhatIsWrong) {
    const auto look = [](Request& r) -> Task<std::string> {
        const boost::json::value value = co_await r.json();
        co_return boost::json::serialize(value);
    };
    EXPECT_EQ(seen_later(post_request("/", R"( {"a": [1, 2.5, null]} )"), look),
              R"(200 {"a":[1,2.5E0,null]})");
    for (const std::string bad : {"", "{", "[1,]", "nul", "1 2", "'a'", "{\"a\":1,}", "\xff"}) {
        EXPECT_THAT(seen_later(post_request("/", bad), look),
                    HasSubstr("400 the body is not valid JSON: "))
            << bad;
    }
    EXPECT_THAT(seen_later(post_request("/", std::string(100'000, '[')), look),
                HasSubstr("400 the body is not valid JSON"));
}

TEST(Request, PostReadsForms) {
    const auto look = [](Request& r) -> Task<std::string> {
        const FormData form = co_await r.post();
        std::string text;
        for (const FormField& field : form) text += field.name + "=" + field.text + ";";
        co_return text;
    };
    const std::string type = "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n";
    EXPECT_EQ(seen_later(post_request("/", "a=1&b=x+y%21&a=&c", type), look),
              "200 a=1;b=x y!;a=;c=;");
    EXPECT_EQ(seen_later(post_request("/", "a=1"), look), "200 ");
    std::string many;
    for (int i = 0; i < 1001; ++i) many += "a&";
    EXPECT_THAT(seen_later(post_request("/", many, type), look),
                HasSubstr("400 the form is malformed"));
}

TEST(Request, IsFreshForEveryRequestOfAConnection) {
    Application app;
    app.add_route(post("/{x:.*}", [](Request& r) -> Task<Response> {
        const std::string_view body = co_await r.read();
        std::string text = std::string(r.path()) + std::string(r.query().get("q").value_or("-")) +
                           std::string(r.cookies().get("c").value_or("-")) +
                           std::string(r.content_type()) + std::string(r.match_info("x")) +
                           std::string(body) + std::string(r.host());
        co_return Response().text(std::move(text));
    }));
    test::ServerRun run(std::move(app));
    const std::string first =
        post_request("/a%20b?q=1", "body", "Cookie: c=2\r\nContent-Type: text/x\r\n");
    const std::string second = "POST /c%20d HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    EXPECT_EQ(summary(run.answers_to(first + second)),
              "200 /a b12text/xa bbodytest|200 /c d--application/octet-streamc d127.0.0.1:80");
}

}  // namespace
}  // namespace indrik::web
