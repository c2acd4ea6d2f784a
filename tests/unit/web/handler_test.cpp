// Handlers, middlewares, and what becomes of what they throw.

#include "indrik/web/handler.hpp"

#include <stdexcept>
#include <string>

#include <gmock/gmock.h>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/core/timeout.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::parse_responses;
using test::summary;
using testing::HasSubstr;
using testing::Not;

Task<Response> free_coroutine(Request&) {
    co_return Response().text("coroutine");
}
Response free_function(Request&) {
    return Response().text("function");
}

TEST(Handler, MayBeAnyCallable) {
    struct Object {
        std::string text;
        Response operator()(Request&) const { return Response().text(text); }
    };
    Application app;
    app.add_routes({
        get("/1", free_coroutine),
        get("/2", free_function),
        get("/3", Object{"object"}),
        get("/4", [](Request&) { return HTTPGone().response(); }),
    });
    test::ServerRun run(std::move(app));
    EXPECT_EQ(summary(run.answers_to(get_request("/1") + get_request("/2") + get_request("/3") +
                                     get_request("/4"))),
              "200 coroutine|200 function|200 object|410 410: Gone");
}

/// A route for each kind of failure, in a plain and in a coroutine handler.
template <class Throw>
void add_failing(Application& app, std::string name, Throw fail) {
    app.add_route(get("/plain/" + name, [fail](Request&) -> Response {
        fail();
        return Response();
    }));
    app.add_route(get("/coroutine/" + name, [fail](Request&) -> Task<Response> {
        co_await test::yield();
        fail();
        co_return Response();
    }));
}

Application failing_app() {
    Application app;
    add_failing(app, "runtime", [] { throw std::runtime_error("the <secret> of\nthe database"); });
    add_failing(app, "int", [] { throw 42; });
    add_failing(app, "missing", [] { throw HTTPNotFound("no such thing"); });
    add_failing(app, "moved", [] { throw HTTPFound("/elsewhere"); });
    add_failing(app, "timeout", [] { throw TimeoutError(5s); });
    add_failing(
        app, "system", [] { throw std::system_error(std::make_error_code(std::errc::io_error)); });
    add_failing(app, "success", [] { throw std::system_error(std::error_code()); });
    add_failing(app, "cancelled", [] { throw_cancelled(); });
    add_failing(app, "header", [] { Response().header("X", "a\r\nb"); });
    app.add_route(get("/", free_function));
    return app;
}

TEST(Failure, HasItsStatusAndKeepsTheConnection) {
    test::ServerRun run(failing_app());
    for (const std::string kind : {"/plain/", "/coroutine/"}) {
        for (const auto& [name, status] :
             std::vector<std::pair<std::string, int>>{{"runtime", 500},
                                                      {"int", 500},
                                                      {"missing", 404},
                                                      {"moved", 302},
                                                      {"timeout", 504},
                                                      {"system", 500},
                                                      {"success", 500},
                                                      {"cancelled", 500},
                                                      {"header", 500}}) {
            const auto responses =
                parse_responses(run.answers_to(get_request(kind + name) + get_request("/")));
            ASSERT_EQ(responses.size(), 2u) << kind << name;
            EXPECT_EQ(responses[0].status, status) << kind << name;
            EXPECT_EQ(responses[1].body, "function") << kind << name;
            EXPECT_THAT(responses[0].body, Not(HasSubstr("secret")));
        }
    }
}

TEST(Failure, IsLoggedOnceWithTheRequest) {
    test::ServerRun run(failing_app());
    run.answers_to(get_request("/plain/runtime?q=1"));
    const std::string log = run.log();
    EXPECT_THAT(log,
                HasSubstr("[ERROR] [indrik.server] Error handling request GET /plain/runtime?q=1: "
                          "std::runtime_error: the <secret> of"));
    EXPECT_EQ(log.find("Error handling", log.find("Error handling") + 1), std::string::npos);
    EXPECT_THAT(log, HasSubstr("handler_test.cpp"));  // where it was thrown
}

TEST(Failure, OutcomesAreNoErrors) {
    test::ServerRun run(failing_app());
    run.answers_to(get_request("/plain/missing") + get_request("/plain/moved"));
    EXPECT_EQ(run.log(), "");
}

TEST(Failure, IsShownInDebugModeOnly) {
    ServerOptions options;
    options.debug = true;
    test::ServerRun debug(failing_app(), options);
    test::ServerRun production(failing_app());
    const std::string html = get_request("/plain/runtime", "Accept: text/html,*/*\r\n");
    const std::string text = get_request("/plain/runtime");
    EXPECT_THAT(debug.answers_to(text), HasSubstr("std::runtime_error: the <secret> of"));
    EXPECT_THAT(debug.answers_to(html), HasSubstr("std::runtime_error: the &lt;secret&gt; of"));
    for (const std::string& request : {html, text}) {
        const auto responses = parse_responses(production.answers_to(request));
        EXPECT_THAT(responses.at(0).body, HasSubstr("500 Internal Server Error"));
        EXPECT_THAT(responses.at(0).body, Not(HasSubstr("runtime_error")));
    }
    EXPECT_TRUE(parse_responses(production.answers_to(html))[0].has_field(
        "Content-Type: text/html; charset=utf-8"));
}

TEST(Failure, OfATimedOutTaskIs504) {
    Application app;
    app.add_route(get("/", [](Request&) -> Task<Response> {
        co_await with_timeout(1ms, sleep_for(1h));
        co_return Response();
    }));
    test::ServerRun run(std::move(app));
    test::MemoryClient client = run.connect();
    client.send(get_request("/"));
    EXPECT_TRUE(run.run_until([&] { return !client.received().empty(); }));
    EXPECT_EQ(parse_responses(client.received()).at(0).status, 504);
}

TEST(Failure, ResponseOfAnOutcomeCarriesItsFieldsAndCookies) {
    Application app;
    app.add_route(get("/", [](Request&) -> Response {
        HTTPUnauthorized outcome("Basic realm=\"x\"", "who are you?");
        outcome.response().header("WWW-Authenticate", "Basic").cookie("a", "b");
        throw outcome;
    }));
    test::ServerRun run(std::move(app));
    const auto response = parse_responses(run.answers_to(get_request("/"))).at(0);
    EXPECT_EQ(response.body, "who are you?");
    EXPECT_TRUE(response.has_field("WWW-Authenticate: Basic"));
    EXPECT_TRUE(response.has_field("Set-Cookie: a=b; Path=/"));
}

/// Puts its letter around the body.
Middleware wrap(std::string letter) {
    return [letter](Request& request, Next next) -> Task<Response> {
        Response response = co_await next(request);
        std::string body = letter + response.body() + letter;
        response.text(std::move(body));
        co_return response;
    };
}

TEST(Middleware, FirstAddedIsTheOutermost) {
    Application app;
    app.add_middleware(wrap("a"));
    app.add_middleware(wrap("b"));
    app.add_route(get("/plain", free_function));
    app.add_route(get("/coroutine", free_coroutine));
    test::ServerRun run(std::move(app));
    EXPECT_EQ(summary(run.answers_to(get_request("/plain") + get_request("/coroutine"))),
              "200 abfunctionba|200 abcoroutineba");
}

TEST(Middleware, MayAnswerItself) {
    Application app;
    int handled = 0;
    app.add_middleware([](Request& request, Next next) -> Task<Response> {
        if (request.path() == "/closed") co_return Response(403).text("closed");
        Response response = co_await next(request);
        co_return response;
    });
    app.add_route(get("/{x}", [&](Request&) {
        ++handled;
        return Response().text("open");
    }));
    test::ServerRun run(std::move(app));
    EXPECT_EQ(summary(run.answers_to(get_request("/closed") + get_request("/open"))),
              "403 closed|200 open");
    EXPECT_EQ(handled, 1);
}

TEST(Middleware, SeesWhatIsNotFoundOrNotAllowedAndWhatIsThrown) {
    Application app;
    std::string seen;
    app.add_middleware([&seen](Request& request, Next next) -> Task<Response> {
        try {
            Response response = co_await next(request);
            co_return response;
        } catch (const HTTPException& outcome) {
            seen += std::to_string(static_cast<int>(outcome.status())) + ' ';
            throw;
        } catch (const std::exception& error) {
            seen += error.what();
        }
        co_return Response(503).text("mended");
    });
    app.add_route(post("/", [](Request&) -> Response { throw std::runtime_error("broken"); }));
    test::ServerRun run(std::move(app));
    EXPECT_EQ(summary(run.answers_to(get_request("/x") + get_request("/") + post_request("/", ""))),
              "404 404: Not Found|405 405: Method Not Allowed (GET)|503 mended");
    EXPECT_EQ(seen, "404 405 broken");
}

TEST(Middleware, LeavesValuesForTheHandlerThatAreGoneWithTheRequest) {
    static const RequestKey<std::shared_ptr<int>> kValue{"value"};
    const auto witness = std::make_shared<int>(0);
    Application app;
    app.add_middleware([&](Request& request, Next next) -> Task<Response> {
        if (request.path() == "/with") request.storage().emplace(kValue, witness);
        Response response = co_await next(request);
        co_return response;
    });
    app.add_route(get("/{x}", [](Request& request) {
        return Response().text(request.storage().find(kValue) ? "found" : "nothing");
    }));
    test::ServerRun run(std::move(app));
    EXPECT_EQ(summary(run.answers_to(get_request("/with") + get_request("/without"))),
              "200 found|200 nothing");
    EXPECT_EQ(witness.use_count(), 1);
}

Application preparing_app() {
    Application app;
    app.on_response_prepare().append([](Request& request, Response& response) -> Task<> {
        co_await test::yield();
        if (request.path() == "/bad-prepare") throw std::runtime_error("prepare");
        response.header("X-Prepared", request.path());
    });
    app.add_routes({get("/ok", free_function),
                    get("/bad-prepare", free_function),
                    get("/throws", [](Request&) -> Response { throw std::runtime_error("x"); }),
                    get("/outcome", [](Request&) -> Response { throw HTTPGone(); })});
    return app;
}

TEST(OnResponsePrepare, ChangesEveryResponseThoseOfErrorsIncluded) {
    test::ServerRun run(preparing_app());
    for (const std::string path : {"/ok", "/nothing", "/throws", "/outcome"}) {
        const auto response = parse_responses(run.answers_to(get_request(path))).at(0);
        EXPECT_TRUE(response.has_field("X-Prepared: " + path)) << response.head;
    }
}

TEST(OnResponsePrepare, ThatThrowsMakesA500) {
    test::ServerRun run(preparing_app());
    EXPECT_EQ(parse_responses(run.answers_to(get_request("/bad-prepare"))).at(0).status, 500);
    EXPECT_THAT(run.log(), HasSubstr("std::runtime_error: prepare"));
}

}  // namespace
}  // namespace indrik::web
