// The code of framework/docs/errors.md, logging.md and templates.md.

#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/core/log_sinks.hpp"
#include "indrik/templates/compiled.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/loader.hpp"
#include "indrik/templates/setup.hpp"
#include "indrik/web/access_log.hpp"
#include "indrik/web/error_page.hpp"
#include "pages.hpp"
#include "tests/unit/web/guide/test_application.hpp"

namespace templates = indrik::templates;
namespace web = indrik::web;
using namespace std::chrono_literals;
using indrik::Task;
using indrik::test::answer;
using indrik::test::full_answer;
using indrik::test::TestApplication;
using testing::HasSubstr;

namespace {

namespace errors_page {

Task<web::Response> show_project(web::Request& request) {
    if (!request.cookies().contains("sid")) throw web::HTTPFound("/login");
    const int id = request.match_info().get<int>("id");
    if (id > 100) throw web::HTTPNotFound("there are a hundred projects");
    co_return web::Response().text("project " + std::to_string(id));
}

web::Response throttled(web::Request&) {
    web::HTTPServiceUnavailable busy(30s, "try again later");
    busy.response().header("X-Reason", "maintenance");
    throw busy;
}

web::Response pay(web::Request&) {
    throw web::HTTPProblem(web::Problem(402)
                               .type("https://api.example/problems/credit")
                               .detail("30 are missing")
                               .with("balance", 20));
}

class NoSuchAccount : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

Task<web::Response> translate(web::Request& request, web::Next next) {
    try {
        co_return co_await next(request);
    } catch (const NoSuchAccount& error) {
        throw web::HTTPNotFound(error.what());
    }
}

web::Response show_account(web::Request& request) {
    const std::string name(request.match_info("name"));
    if (name == "bug") throw std::logic_error("this should not happen");
    throw NoSuchAccount("nobody is called " + name);
}

web::Application make_app() {
    web::ErrorPages pages;
    pages.page(404, [](web::Request& request, const web::ErrorPage& page) {
        return "<h1>" + std::string(page.title) + "</h1><p>" + web::escape_html(request.path());
    });
    web::Application app;
    app.add_middleware(web::request_ids());
    app.add_middleware(web::error_pages(pages));
    app.add_middleware(translate);
    app.add_routes({
        web::get("/projects/{id:int}", show_project),
        web::get("/throttled", throttled),
        web::post("/pay", pay),
        web::get("/accounts/{name}", show_account),
    });
    return app;
}

constexpr std::string_view kBrowser = "Accept: text/html\r\nCookie: sid=1\r\n";

TEST(ErrorsPage, SaysNo) {
    TestApplication app(make_app());
    EXPECT_EQ(answer(app, "GET", "/projects/7", "Cookie: sid=1\r\n"), "200 project 7");
    EXPECT_EQ(full_answer(app, "GET", "/projects/7").field("Location"), "/login");
    const auto throttled = full_answer(app, "GET", "/throttled");
    EXPECT_EQ(throttled.status, 503);
    EXPECT_EQ(throttled.field("Retry-After"), "30");
    EXPECT_EQ(throttled.field("X-Reason"), "maintenance");
    const auto problem = full_answer(app, "POST", "/pay");
    EXPECT_EQ(problem.field("Content-Type"), "application/problem+json");
    EXPECT_THAT(problem.body, HasSubstr("\"balance\":20"));
}

TEST(ErrorsPage, HasPagesForBrowsersAndDocumentsForPrograms) {
    TestApplication app(make_app());
    EXPECT_EQ(answer(app, "GET", "/a%3Cb", kBrowser), "404 <h1>Not Found</h1><p>/a&lt;b");
    const auto program =
        full_answer(app, "GET", "/projects/200", "Accept: application/json\r\nCookie: sid=1\r\n");
    EXPECT_EQ(program.field("Content-Type"), "application/json");
    EXPECT_THAT(program.body, HasSubstr("\"detail\":\"there are a hundred projects\""));
    EXPECT_THAT(full_answer(app, "GET", "/accounts/eve").body, HasSubstr("nobody is called eve"));
}

TEST(ErrorsPage, ShowsExceptionsInDebugModeAlone) {
    TestApplication production(make_app());
    const auto hidden = full_answer(production, "GET", "/accounts/bug", kBrowser);
    EXPECT_EQ(hidden.status, 500);
    EXPECT_THAT(hidden.body, testing::Not(HasSubstr("should not happen")));
    web::ServerOptions options;
    options.debug = true;
    TestApplication debugged(make_app(), options);
    const auto shown = full_answer(debugged, "GET", "/accounts/bug", kBrowser);
    EXPECT_EQ(shown.status, 500);
    EXPECT_THAT(shown.body, HasSubstr("this should not happen"));
    EXPECT_THAT(shown.body, HasSubstr("std::logic_error"));
}

}  // namespace errors_page

namespace logging_page {

std::unique_ptr<web::AccessLogger> make_access_log(std::shared_ptr<indrik::LogSink> sink) {
    return std::make_unique<web::AccessLogger>(std::move(sink),
                                               R"(%(m)s %(U)s %(s)s %({X-Part}o)s)");
}

inline const web::AppKey<indrik::Logging> kLogging{"logging"};

web::Response place_order(web::Request& request) {
    const indrik::Logger log = request.app().get(kLogging).logger("shop.orders");
    log.info("order {} placed, request {}", 17, web::request_id(request));
    return web::Response(201);
}

void set_up_logging(web::Application& app, std::shared_ptr<indrik::LogSink> sink) {
    app.emplace(kLogging, indrik::LogLevel::Info, std::move(sink));
}

TEST(LoggingPage, WritesLines) {
    const auto sink = std::make_shared<indrik::MemorySink>();
    const auto access_sink = std::make_shared<indrik::MemorySink>();
    const auto access_log = make_access_log(access_sink);
    web::Application app;
    set_up_logging(app, sink);
    app.add_middleware(web::request_ids());
    app.add_route(web::post("/orders", place_order));
    web::ServerOptions options;
    options.access_log = access_log.get();
    TestApplication shop(std::move(app), options);
    EXPECT_EQ(answer(shop, "POST", "/orders", "X-Request-ID: abc\r\n"), "201 ");
    EXPECT_THAT(sink->text(), HasSubstr("[INFO] [shop.orders] order 17 placed, request abc\n"));
    access_log->flush();
    EXPECT_EQ(access_sink->text(), "POST /orders 201 -\n");
}

}  // namespace logging_page

namespace templates_page {

web::Response index(web::Request& request) {
    templates::Dict user;
    user.set("name", "Ada <3");
    templates::Dict context;
    context.set("user", templates::Value::dict(std::move(user)));
    context.set("legs", 4);
    return templates::render(request, "index.html", context);
}

web::Application make_app(std::shared_ptr<const templates::Loader> loader) {
    web::Application app;
    templates::SetupOptions options;
    options.context_processor([](web::Request& request, templates::Dict& context) {
        context.set("path", std::string(request.path()));
    });
    templates::setup(app, std::move(loader), options);
    app.add_routes({web::get("/", index).name("index")});
    return app;
}

TEST(TemplatesPage, Renders) {
    const std::map<std::string, std::string, std::less<>> texts = {
        {"index.html",
         "<a href=\"{{ url('index') }}\">{{ user.name }}</a> has {{ legs }} legs at {{ path }}"}};
    TestApplication app(make_app(std::make_shared<templates::DictLoader>(texts)));
    const auto page = full_answer(app, "GET", "/");
    EXPECT_EQ(page.body, "<a href=\"/\">Ada &lt;3</a> has 4 legs at /");
    EXPECT_THAT(page.field("Content-Type"), HasSubstr("text/html"));
}

std::shared_ptr<const templates::Loader> compiled_pages() {
    return std::make_shared<templates::CompiledLoader>(pages::templates());
}

TEST(TemplatesPage, LoadsCompiledTemplates) {
    TestApplication app(make_app(compiled_pages()));
    EXPECT_EQ(full_answer(app, "GET", "/").body, "<a href=\"/\">Ada &lt;3</a> has 4 legs at /");
}

}  // namespace templates_page

}  // namespace
