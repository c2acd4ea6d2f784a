// The code of framework/docs/routing.md, and what the page says about it.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/web.hpp"
#include "tests/support/co_test.hpp"
#include "tests/unit/web/asking.hpp"

namespace web = indrik::web;
using indrik::Task;

namespace {

using testing::HasSubstr;
using web::ask;

web::Response home(web::Request&) {
    return web::Response().text("home");
}
web::Response add_product(web::Request&) {
    return web::Response(201);
}
web::Response purge(web::Request&) {
    return web::Response(204);
}
web::Response show_user(web::Request& request) {
    return web::Response().text("user " + std::string(request.match_info("id")));
}
web::Response show_status(web::Request&) {
    return web::Response().text("fine");
}
web::Response new_report(web::Request&) {
    return web::Response().text("new");
}
web::Response old_report(web::Request&) {
    return web::Response().text("old");
}
web::Response store_image(web::Request&) {
    return web::Response(201);
}
web::Response beta(web::Request&) {
    return web::Response().text("beta");
}
web::Response list_users(web::Request& request) {
    return web::Response().text(request.url_for("users") + " " + request.url_for("home"));
}

Task<web::Response> require_token(web::Request& request, web::Next next) {
    if (request.header("Authorization").empty()) throw web::HTTPUnauthorized("Bearer");
    co_return co_await next(request);
}

Task<std::string> load(std::string_view slug) {
    std::string text = "article " + std::string(slug);
    co_await indrik::test::yield();
    co_return text;
}

// As on the page.
// clang-format off

web::Response show_product(web::Request& request) {
    const auto id = request.match_info().get<int>("id");
    return web::Response().text("product " + std::to_string(id));
}

web::Application make_shop() {
    web::Application app;
    app.add_routes({
        web::get("/", home).name("home"),
        web::get("/products/{id:int}", show_product).name("product"),
        web::post("/products", add_product),
        web::route("PURGE", "/cache", purge),
    });
    return app;
}

web::Response links(web::Request& request) {
    std::string text = request.url_for("product", "id", 12);
    text += " " + request.url_for("home").with_query("page", 2, "q", "a b");
    return web::Response().text(std::move(text));
}

web::RouteDefinition api_routes() {
    return web::group("/api", "api.", {
        web::get("/users/{id:int}", show_user).name("user"),
        web::group("/v{version:int}", "v.", {
            web::get("/status", show_status).name("status"),
        }),
    }).middleware(require_token);
}

class ArticleView : public web::View {
public:
    Task<web::Response> get() {
        const std::string body = co_await load(request().match_info("slug"));
        co_return web::Response().text(body);
    }
    web::Response delete_() { return web::Response(204); }  // `delete` is a keyword
};

void add_versions(web::Application& app) {
    app.add_routes({
        web::get("/report", new_report).header("X-Version", "2"),
        web::get("/report", old_report),
        web::post("/images", store_image).content_type("image/*"),
        web::get("/beta", beta).when([](const web::Request& request) {
            return request.cookies().get("beta").has_value();
        }),
    });
}

web::Application make_site() {
    web::Application admin;
    admin.add_middleware(require_token);
    admin.add_routes({web::get("/users", list_users).name("users")});

    web::Application site;
    site.add_routes({web::get("/", home).name("home")});
    site.add_subapp("/admin", std::move(admin), "admin");
    site.add_domain("*.example.com", make_shop());
    return site;
}

// clang-format on

constexpr std::string_view kToken = "Host: x\r\nAuthorization: Bearer x\r\n";

TEST(RoutingPage, Routes) {
    EXPECT_EQ(ask(make_shop(), "GET", "/"), "200 home");
    EXPECT_EQ(ask(make_shop(), "HEAD", "/"), "200 ");
    EXPECT_EQ(ask(make_shop(), "PURGE", "/cache"), "204 ");
    EXPECT_EQ(ask(make_shop(), "GET", "/products"),
              "405 405: Method Not Allowed (GET) Allow: POST");
}

TEST(RoutingPage, Variables) {
    EXPECT_EQ(ask(make_shop(), "GET", "/products/12"), "200 product 12");
    EXPECT_EQ(ask(make_shop(), "GET", "/products/x"), "404 404: Not Found");
    EXPECT_EQ(ask(make_shop(), "GET", "/products/4294967296"), "404 404: Not Found");
}

TEST(RoutingPage, Names) {
    web::Application app = make_shop();
    app.add_route(web::get("/links", links));
    EXPECT_EQ(ask(std::move(app), "GET", "/links"), "200 /products/12 /?page=2&q=a%20b");
}

TEST(RoutingPage, Groups) {
    const auto make = [] {
        web::Application app;
        app.add_routes({api_routes()});
        return app;
    };
    EXPECT_EQ(make().url_for("api.user", "id", 1), "/api/users/1");
    EXPECT_EQ(make().url_for("api.v.status", "version", 2), "/api/v2/status");
    EXPECT_EQ(ask(make(), "GET", "/api/users/1", kToken), "200 user 1");
    EXPECT_EQ(ask(make(), "GET", "/api/v2/status"), "401 401: Unauthorized");
}

TEST(RoutingPage, Views) {
    const auto make = [] {
        web::Application app;
        app.add_routes({web::view<ArticleView>("/articles/{slug:slug}")});
        return app;
    };
    EXPECT_EQ(ask(make(), "GET", "/articles/the-beast"), "200 article the-beast");
    EXPECT_EQ(ask(make(), "DELETE", "/articles/the-beast"), "204 ");
    EXPECT_THAT(ask(make(), "PUT", "/articles/the-beast"), HasSubstr("Allow: DELETE,GET,HEAD"));
}

TEST(RoutingPage, Conditions) {
    const auto make = [] {
        web::Application app;
        add_versions(app);
        return app;
    };
    EXPECT_EQ(ask(make(), "GET", "/report", "Host: x\r\nX-Version: 2\r\n"), "200 new");
    EXPECT_EQ(ask(make(), "GET", "/report"), "200 old");
    EXPECT_EQ(ask(make(), "GET", "/beta", "Host: x\r\nCookie: beta=1\r\n"), "200 beta");
    EXPECT_EQ(ask(make(), "GET", "/beta"), "404 404: Not Found");
    EXPECT_EQ(ask(make(), "POST", "/images"), "415 415: Unsupported Media Type");
}

TEST(RoutingPage, ApplicationsWithinApplications) {
    EXPECT_EQ(make_site().url_for("admin:users"), "/admin/users");
    EXPECT_EQ(ask(make_site(), "GET", "/admin/users", kToken), "200 /admin/users /");
    EXPECT_EQ(ask(make_site(), "GET", "/admin/other"), "401 401: Unauthorized");
    EXPECT_EQ(ask(make_site(), "GET", "/products/1", "Host: a.example.com\r\n"), "200 product 1");
    EXPECT_EQ(ask(make_site(), "GET", "/products/1"), "404 404: Not Found");
}

}  // namespace
