// The examples of framework/docs/middlewares.md, and that the order it recommends works.

#include <chrono>
#include <string>

#include <fmt/format.h>

#include "indrik/web.hpp"
#include "indrik/web/error_page.hpp"
#include "tests/unit/web/middlewares/middleware_test.hpp"

namespace web = indrik::web;
using indrik::Task;

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using web::answer_of;
using web::get_request;

struct Database {
    Task<> connect() {
        is_open = true;
        co_return;
    }
    Task<> close() {
        is_open = false;
        co_return;
    }
    bool is_open = false;
};
const web::AppKey<Database> kDatabase{"database"};

Task<> ping_database(web::Application& app) {
    if (!app.get(kDatabase).is_open) throw std::runtime_error("closed");
    co_return;
}

Task<web::Response> upload(web::Request& request) {
    const std::string_view body = co_await request.read();
    co_return web::Response().text(std::to_string(body.size()));
}

web::Response login(web::Request&) {
    return web::Response().text("in");
}

Task<web::Response> timing(web::Request& request, web::Next next) {
    const auto begin = std::chrono::steady_clock::now();
    web::Response response = co_await next(request);
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - begin;
    response.header("Server-Timing", fmt::format("app;dur={:.1f}", time.count()));
    co_return std::move(response);
}

Task<web::Response> greeting(web::Request& request, web::Next next) {
    request.on_response_prepare(
        [](web::Request&, web::Response& response) { response.header("X-Greeting", "hello"); });
    return next(request);
}

web::Response greet_user(web::Request& request) {
    return web::Response().text("Hello, " + std::string(web::authenticated_user(request)));
}

void add_middlewares(web::Application& app) {
    app.add_middleware(web::request_ids());  // outside
    app.add_middleware(web::error_pages());
    app.add_middleware(web::compression());  // inside
}

web::Application make_app() {
    web::Application app;
    app.add_middleware(web::request_ids());
    app.add_middleware(web::allowed_hosts("test", ".example.org"));
    app.add_middleware(web::security_headers());
    app.add_middleware(web::error_pages(
        web::ErrorPages().page(404, [](web::Request& request, const web::ErrorPage& page) {
            return "<h1>" + std::string(page.title) + "</h1>" + web::escape_html(request.path());
        })));
    app.add_middleware(web::cors(web::CORS().prefix("/public").any_origin()));
    app.add_middleware(
        web::cors(web::CORS().prefix("/api").origin("https://shop.example").credentials(true)));
    app.add_middleware(web::rate_limit(web::RateLimit(600, 1min)));
    app.add_middleware(web::csrf());
    app.add_middleware(web::compression());
    app.add_middleware(web::conditional_get());
    app.add_middleware(web::normalize_path());
    app.add_middleware(timing);
    app.add_middleware(greeting);

    app.add_route(web::post("/upload", web::wrap(web::body_limit(50'000'000), upload)));
    app.add_route(web::post(
        "/login", web::wrap(web::rate_limit(web::RateLimit(5, 1min).name("login")), login)));
    app.add_route(web::get("/form", [](web::Request& request) {
        return web::Response().html(
            "<form method=post><input type=hidden name=csrf_token value=\"" +
            web::csrf_token(request) + "\"></form>");
    }));
    web::BasicAuth users("Back office");
    users.user("admin", "correct horse");
    app.add_route(web::get("/admin", web::wrap(web::basic_auth(users), greet_user)));
    app.add_route(web::get(
        "/news/", [](web::Request&) { return web::Response().text(std::string(2000, 'n')); }));
    app.add_routes(web::health(web::Health().check("database", ping_database)));
    app.cleanup_context().append([](web::Application& owner, web::Lifetime& lifetime) -> Task<> {
        Database& database = owner.emplace(kDatabase);
        co_await database.connect();
        co_await lifetime.until_cleanup();
        co_await database.close();
    });
    return app;
}

TEST(Guide, MiddlewaresWorkTogether) {
    indrik::test::ServerRun run(make_app());
    const auto news = answer_of(run, get_request("/news/", "Accept-Encoding: gzip\r\n"));
    EXPECT_EQ(news.status, 200);
    for (const char* field : {"X-Request-ID: ",
                              "X-Frame-Options: DENY",
                              "RateLimit: ",
                              "Content-Encoding: gzip",
                              "ETag: W/",
                              "Server-Timing: app;dur=",
                              "X-Greeting: hello"}) {
        EXPECT_THAT(news.head, HasSubstr(field));
    }
    EXPECT_EQ(answer_of(run, get_request("/news")).status, 308);
    const auto missing = answer_of(run, get_request("/a%3Cb", "Accept: text/html\r\n"));
    EXPECT_EQ(missing.body, "<h1>Not Found</h1>/a&lt;b");
    EXPECT_THAT(missing.head, HasSubstr("X-Greeting: hello"));
    EXPECT_EQ(answer_of(run, get_request("/admin")).status, 401);
    EXPECT_EQ(answer_of(run, web::post_request("/upload", "x")).status, 403);
    EXPECT_THAT(answer_of(run, get_request("/form")).head, HasSubstr("Set-Cookie: csrf_token="));
}

TEST(Guide, TheFirstMiddlewareIsTheOutermost) {
    web::Application app;
    add_middlewares(app);
    EXPECT_EQ(app.middlewares().size(), 3u);
    indrik::test::ServerRun run(std::move(app));
    const auto missing = answer_of(run, get_request("/", "Accept: application/json\r\n"));
    EXPECT_THAT(missing.head, HasSubstr("Content-Type: application/json"));
    EXPECT_THAT(missing.head, HasSubstr("X-Request-ID: "));
}

CO_TEST(Guide, ContextsAndHealthWorkTogether) {
    web::Application app = make_app();
    app.freeze();
    co_await app.startup();
    EXPECT_TRUE(app.get(kDatabase).is_open);
    co_await app.cleanup();
    EXPECT_FALSE(app.get(kDatabase).is_open);
}

}  // namespace
