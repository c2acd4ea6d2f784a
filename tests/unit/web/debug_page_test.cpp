#include "indrik/web/debug_page.hpp"

#include <fstream>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "indrik/web/middlewares/error_pages.hpp"
#include "indrik/web/middlewares/request_ids.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/web/middlewares/middleware_test.hpp"

namespace indrik::web {
namespace {

using testing::HasSubstr;
using testing::Not;

[[gnu::noinline]] void load_article(int number) {
    if (number != 0) throw std::out_of_range("no article <7>");
}

Task<Response> article(Request& request) {
    load_article(static_cast<int>(request.match_info("id").size()));
    co_return Response();
}

test::WireResponse answer(std::string_view fields, bool debug = true) {
    Application app;
    app.add_middleware(request_ids());
    app.add_middleware(error_pages());
    app.add_route(get("/articles/{id}", article));
    ServerOptions options;
    options.debug = debug;
    test::ServerRun run(std::move(app), options);
    return answer_of(run, get_request("/articles/7?page=2&token=hid\144en1", fields));
}

// "hidden", spelled so that the excerpts of this file, which the page may show, do not have it.
constexpr const char* kSecrets =
    "Accept: text/html\r\nAuthorization: Bearer hid\144en2\r\nCookie: theme=hid\144en3\r\n"
    "X-API-Key: hid\144en4\r\nX-Harmless: shown\r\n";

TEST(DebugPage, ShowsWhatWasThrownAndWhere) {
    const auto response = answer(kSecrets);
    EXPECT_EQ(response.status, 500);
    EXPECT_TRUE(response.has_field("Cache-Control: no-store"));
    EXPECT_THAT(response.body, HasSubstr("std::out_of_range"));
    EXPECT_THAT(response.body, HasSubstr("no article &lt;7&gt;"));
    EXPECT_THAT(response.body, HasSubstr("load_article(int)"));
    EXPECT_THAT(response.body, HasSubstr("article(indrik::web::Request&amp;"));
    EXPECT_THAT(response.body, HasSubstr("debug_page_test.cpp:"));
}

TEST(DebugPage, ShowsTheRequestButNoSecrets) {
    const auto response = answer(kSecrets);
    EXPECT_THAT(response.body, HasSubstr("GET /articles/7</p>"));
    EXPECT_THAT(response.body, HasSubstr("<tr><th>X-Harmless</th><td>shown</td></tr>"));
    EXPECT_THAT(response.body, HasSubstr("<tr><th>page</th><td>2</td></tr>"));
    EXPECT_THAT(response.body, HasSubstr("<tr><th>id</th><td>7</td></tr>"));
    EXPECT_THAT(response.body, HasSubstr("<tr><th>request id</th><td>is set</td></tr>"));
    for (const char* secret : {"hid\144en1", "hid\144en2", "hid\144en3", "hid\144en4"}) {
        EXPECT_THAT(response.body, Not(HasSubstr(secret))) << secret;
    }
}

TEST(DebugPage, ShowsSourceLines) {
    const test::TemporaryFolder folder;
    const std::string path = folder.path() / "source.cpp";
    std::ofstream(path) << "first\nif (a < b)\n  fail();\nlast\n";
    FailureReport report;
    report.type = "std::runtime_error";
    report.frames.push_back({1, "app::load()", path, 2});
    report.frames.push_back({2, "app::gone()", path + ".not", 2});
    Application app;
    app.add_route(get("/", [&report](Request& request) { return debug_page(request, report); }));
    const auto response = answer_of(std::move(app), get_request("/", "Accept: text/html\r\n"));
    EXPECT_THAT(response.body, HasSubstr("<details open class=\"own\"><summary>app::load()"));
    EXPECT_THAT(response.body,
                HasSubstr("<li class=\"here\" value=\"2\"><code>if (a &lt; b)</code></li>"));
    EXPECT_THAT(response.body, HasSubstr("<details><summary>app::gone()"));
}

TEST(DebugPage, IsJsonForWhoAsksForIt) {
    const auto response = answer("Accept: application/json\r\n");
    EXPECT_TRUE(response.has_field("Content-Type: application/problem+json"));
    const auto value = boost::json::parse(response.body);
    EXPECT_EQ(value.at("exception"), "std::out_of_range");
    EXPECT_EQ(value.at("detail"), "no article <7>");
    EXPECT_FALSE(value.at("stack").as_array().empty());
}

TEST(DebugPage, ProductionShowsNothingOfIt) {
    for (const char* accept : {"Accept: text/html\r\n", "Accept: application/json\r\n", ""}) {
        const auto response = answer(accept, false);
        EXPECT_EQ(response.status, 500);
        for (const char* hint : {"out_of_range", "article", "debug_page_test", "stack"}) {
            EXPECT_THAT(response.body, Not(HasSubstr(hint))) << accept;
        }
    }
}

}  // namespace
}  // namespace indrik::web
